"""Secrets and personal data in the database: encrypted with keys that stand outside of it, found again by blind index.

Keys come from `FIELD_KEYS`, the newest first: it encrypts, all of them decrypt, so that keys can be changed one after
the other. Without the key the database says nothing.
"""

import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class SecretUnreadable(RuntimeError):
    """What is stored was encrypted with a key that is not among FIELD_KEYS."""


def encrypt(text: str) -> str:
    """The text under the newest key; '' stays ''."""
    return _cipher(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode() if text else ""


def decrypt(token: str) -> str:
    """What was encrypted under any of the keys. Raises SecretUnreadable."""
    if not token:
        return ""
    try:
        return _cipher(tuple(settings.FIELD_KEYS)).decrypt(token.encode()).decode()
    except InvalidToken as problem:
        raise SecretUnreadable("encrypted with a key that is not among FIELD_KEYS") from problem


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def blind_index(text: str, purpose: str) -> str:
    """64 hexadecimal digits that tell whether two encrypted values are equal, and nothing else.

    `purpose` keeps the same value of two kinds (or of two contests) apart. The oldest key makes it, since an index cannot
    be made anew from itself: that key stays in FIELD_KEYS for as long as the indexes do.
    """
    oldest = settings.FIELD_KEYS[-1].encode()
    key = hmac.new(oldest, f"blind index: {purpose}".encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):
    """A text that stands encrypted in the database. It cannot be searched; see `blind_index`."""

    def get_prep_value(self, value: Any) -> Any:
        """What is stored."""
        value = super().get_prep_value(value)
        return value if value is None else encrypt(value)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        """What was stored, readable."""
        return value if value is None else decrypt(value)
