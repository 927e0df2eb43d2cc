"""A digest on each of two sites, and servers outside."""

import pytest

from delivery.visits.limits import AddressLimit
from legal_education.digest import limits
from tests.digest.samples import make_digest
from tests.digest.servers import mail_server, sms_gateway


@pytest.fixture(autouse=True)
def fresh_limits(monkeypatch):
    """No test is refused because of those before it."""
    monkeypatch.setattr(limits, "_asks", AddressLimit(limits.ASKS_A_MINUTE))
    monkeypatch.setattr(limits, "_tries", AddressLimit(limits.TRIES_A_MINUTE))


@pytest.fixture
def sites(two_sites):
    """崆峒区 and 静宁县, each with its digest."""
    make_digest(two_sites.a)
    make_digest(two_sites.b)
    return two_sites


@pytest.fixture
def mails(tmp_path, settings):
    """The mail server that the settings name."""
    with mail_server(tmp_path / "smtp") as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
        yield server


@pytest.fixture
def gateway(tmp_path, settings):
    """The SMS gateway that the settings name; its minutes are short."""
    with sms_gateway(tmp_path / "sms") as server:
        settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN = server.url, "token"
        settings.DIGEST_MINUTE_SECONDS = 0.2
        yield server
