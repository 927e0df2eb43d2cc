"""Signatures of releases."""

from typing import Any

from blueprints.content import to_canonical_json
from blueprints.signing import is_genuine, sign
from tests.blueprints.contents import GOOD

PAYLOAD = to_canonical_json(GOOD)


def test_what_was_signed_is_genuine():
    assert is_genuine(PAYLOAD, sign(PAYLOAD))
    assert len(sign(PAYLOAD)) == 64


def test_what_was_altered_is_not():
    assert not is_genuine(PAYLOAD.replace("通知公告", "通知公示"), sign(PAYLOAD))
    for wrong in ("", "0" * 64, sign(PAYLOAD)[:-1], sign(PAYLOAD).upper(), "签名"):
        assert not is_genuine(PAYLOAD, wrong)


def test_what_another_key_signed_is_not(settings: Any):
    signature = sign(PAYLOAD)
    settings.SECRET_KEY = "another key"
    assert not is_genuine(PAYLOAD, signature)


def test_key_of_before_still_counts(settings: Any):
    signature = sign(PAYLOAD)
    settings.SECRET_KEY_FALLBACKS = ["oldest", settings.SECRET_KEY]
    settings.SECRET_KEY = "another key"
    assert is_genuine(PAYLOAD, signature)
    assert sign(PAYLOAD) != signature
