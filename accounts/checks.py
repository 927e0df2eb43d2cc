"""System checks of people's settings."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security)
def check_entry_links(**kwargs: Any) -> list[Error]:
    """The centre's way into a site must not stay open."""
    if 0 < settings.ENTRY_LINK_SECONDS <= 120:
        return []
    return [
        Error("ENTRY_LINK_SECONDS is out of bounds.", hint="Use 60: the link is followed at once.", id="accounts.E001")
    ]


@register(Tags.security)
def check_lock_out(**kwargs: Any) -> list[Error]:
    """Guessing passwords must lead to a lock-out (GB/T 22239: five failures are usual)."""
    backends = settings.AUTHENTICATION_BACKENDS
    if backends[0] == "axes.backends.AxesStandaloneBackend" and 0 < settings.AXES_FAILURE_LIMIT <= 10:
        return []
    return [
        Error(
            "Nothing locks out whoever guesses passwords.",
            hint="Keep axes' backend first in AUTHENTICATION_BACKENDS and AXES_FAILURE_LIMIT at 5.",
            id="accounts.E002",
        )
    ]


@register(Tags.security, deploy=True)
def check_field_keys(**kwargs: Any) -> list[Error]:
    """A cluster that is no demo must not keep credentials under the key that everybody can read."""
    if not settings.FIELD_KEYS_ARE_DEMO or settings.CLUSTER_DEMO:
        return []
    hint = "Set FIELD_KEYS to the output of: openssl rand -base64 32 | tr '+/' '-_'"
    return [Error("FIELD_KEYS is the demo's.", hint=hint, id="accounts.E004")]


@register(Tags.database)
def check_ledger_is_append_only(databases: Any = None, **kwargs: Any) -> list[Error]:
    """The trigger that protects the ledger must be there (asked only where the database is checked)."""
    from .ledger import is_append_only

    if not databases or is_append_only():
        return []
    return [
        Error(
            "The ledger is not protected by its trigger.",
            hint="Run manage.py migrate; see accounts/migrations.",
            id="accounts.E003",
        )
    ]
