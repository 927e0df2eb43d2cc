"""Signatures of webhooks, on what goes out and on what comes in: HMAC-SHA256 over "timestamp.delivery id.body". Pure.

The timestamp keeps an old message from being sent again later, the id (which the receiver remembers) from being taken twice
within that time.
"""

import hashlib
import hmac
import re

WINDOW_SECONDS = 300
_PREFIX = "sha256="
_ID = re.compile(r"[0-9A-Za-z_-]{1,100}")
"""No dot: one that moved from the body into the id would leave the signature as it is."""


class SignatureRefused(Exception):
    """A message that nobody who knows the secret has signed, or not in this time. `reason` is for logs, and says no secret."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def sign(secret: str, timestamp: int, delivery_id: str, body: bytes) -> str:
    """The value of X-Signature for a body that is sent at `timestamp` (Unix seconds)."""
    return _PREFIX + _digest(secret, str(timestamp), delivery_id, body)


def check(secret: str, timestamp: str, delivery_id: str, body: bytes, *, signature: str, now: float) -> None:
    """Raise SignatureRefused unless the values of the three headers fit the body and `now` (Unix seconds)."""
    if not secret:
        raise SignatureRefused("no secret is set")
    if not _ID.fullmatch(delivery_id):
        raise SignatureRefused("delivery id is missing or malformed")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise SignatureRefused("timestamp is no number of seconds")
    if abs(now - int(timestamp)) > WINDOW_SECONDS:
        raise SignatureRefused("timestamp is outside of five minutes")
    expected = _PREFIX + _digest(secret, timestamp, delivery_id, body)
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise SignatureRefused("signature is wrong")


def _digest(secret: str, timestamp: str, delivery_id: str, body: bytes) -> str:
    message = b".".join((timestamp.encode(), delivery_id.encode(), body))
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
