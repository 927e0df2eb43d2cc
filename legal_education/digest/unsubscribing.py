"""A reader's own link out of the digest: made anew for each mail, kept only as a digest, good on this site alone."""

from django.urls import reverse

from accounts.crypto import blind_index
from accounts.tokens import digest_of
from legal_education.digest.models import Subscription
from tenants.current import current_site, root_url


def make_unsubscribe_token(reader: Subscription) -> str:
    """64 hexadecimal digits, the same each time: links in old mails stay good. Made of a key that is not in the database."""
    return blind_index(str(reader.uid), f"digest unsubscribe {current_site().schema_name}")


def make_unsubscribe_url(reader: Subscription) -> str:
    """Full address of the link."""
    return root_url() + reverse("legal_digest_unsubscribe", args=[make_unsubscribe_token(reader)])


def find_by_unsubscribe_token(token: str) -> Subscription | None:
    """Whose link it is; None for a forged one and another site's."""
    return Subscription.objects.filter(unsubscribe_digest=digest_of(token)).first()
