"""Secrets that travel in links: random ones of which only the digest is kept, and signed ones that one site alone accepts."""

import hashlib
import secrets
from dataclasses import asdict, dataclass

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import signing

from tenants.current import current_site

from .models import User


def new_token() -> tuple[str, str]:
    """A random token of 256 bits for a link, and the digest of it to keep."""
    token = secrets.token_urlsafe(32)
    return token, digest_of(token)


def digest_of(token: str) -> str:
    """SHA-256 of the token, in hex: what a copy of the database holds opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


class SiteResetTokens(PasswordResetTokenGenerator):
    """Tokens for a forgotten password: worth nothing on another site (leaks L23), nor after a change of password or mail."""

    def _make_hash_value(self, user: User, timestamp: int) -> str:  # type: ignore[override] # our only kind of user
        plain = super()._make_hash_value(user, timestamp)
        return f"{current_site().schema_name}|{user.deactivated_at or ''}|{plain}"


reset_tokens = SiteResetTokens()


@dataclass(frozen=True)
class EmailChange:
    """A change of mail address that waits for an answer from the new address."""

    user_id: int
    before: str
    after: str


def sign_email_change(change: EmailChange) -> str:
    """A token for the link in the mail to the new address; good on the current site alone."""
    return signing.dumps(asdict(change), salt=_email_salt())


def find_email_change(token: str) -> EmailChange | None:
    """What the token was signed for; None for a forged one, another site's, or one older than PASSWORD_RESET_TIMEOUT."""
    try:
        return EmailChange(**signing.loads(token, salt=_email_salt(), max_age=settings.PASSWORD_RESET_TIMEOUT))
    except signing.BadSignature:
        return None


def _email_salt() -> str:
    return f"accounts.email_change:{current_site().schema_name}"
