"""The environment: what cannot be right stops the start with the variable's name."""

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from site_core.settings.env import read_environment


class Given(environ.Env):
    """An environment of the test's own."""

    def __init__(self, **values: str) -> None:
        super().__init__()
        self.ENVIRON = values


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FIELD_KEYS", "short"),
        ("FIELD_KEYS", " , "),
        ("MICROBLOG_HOUR_SECONDS", "0"),
        ("MICROBLOG_HOUR_SECONDS", "7200"),
        ("SMS_GATEWAY_URL", "localhost:9000"),
        ("DIGEST_MINUTE_SECONDS", "0"),
        ("WEIBO_API_URL", "ftp://example.invalid"),
        ("ELASTICSEARCH_URL", "localhost:9200"),
        ("PAGE_CACHE_MB", "-1"),
        ("PORT", "70000"),
        ("SITE_SCHEME", "gopher"),
    ],
)
def test_what_cannot_be_right_is_named(name, value):
    with pytest.raises(ImproperlyConfigured, match=name):
        read_environment(Given(**{name: value}))


def test_without_anything_it_is_the_demo():
    found = read_environment(Given())
    assert found.demo
    assert found.field_keys_are_demo
    assert found.microblog_hour_seconds == 3600


def test_past_the_demo_accounts_reach_no_private_addresses():
    found = read_environment(Given(DATABASE_URL="postgresql://x@y/z"))
    assert not found.demo
    assert not found.microblog_private_targets
