"""Signatures of releases: HMAC-SHA256 over the canonical form, so that a row changed in the database is known for one."""

from typing import Any

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_SALT = "blueprints.release"


def sign(payload: str) -> str:
    """Signature of the text with the current key, 64 hexadecimal digits."""
    return _sign_with(settings.SECRET_KEY, payload)


def is_genuine(payload: str, signature: str) -> bool:
    """Whether the text was signed with the current key or one of those before it (SECRET_KEY_FALLBACKS)."""
    return any(constant_time_compare(_sign_with(key, payload), signature) for key in _list_keys())


def _list_keys() -> list[Any]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _sign_with(key: Any, payload: str) -> str:
    return salted_hmac(_SALT, payload, secret=key, algorithm="sha256").hexdigest()
