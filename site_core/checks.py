"""System checks of the content's floor."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security)
def check_session_engine(**kwargs: Any) -> list[Error]:
    """Sessions must be the site's own (leaks L18, L19)."""
    if settings.SESSION_ENGINE == "site_core.sessions":
        return []
    return [
        Error(
            "Sessions are not kept per site.",
            hint="SESSION_ENGINE = 'site_core.sessions'",
            id="site_core.E002",
        )
    ]


@register(Tags.security)
def check_file_storage(**kwargs: Any) -> list[Error]:
    """Uploaded files must be stored by site (leaks L15, L17)."""
    if settings.STORAGES["default"]["BACKEND"] == "tenants.storage.SiteStorage":
        return []
    return [Error("Files are not stored by site.", hint="Use tenants.storage.SiteStorage.", id="site_core.E003")]


@register(Tags.security)
def check_atomic_requests(**kwargs: Any) -> list[Error]:
    """Admin and API change pages in one transaction with what follows from it."""
    if settings.DATABASES["default"].get("ATOMIC_REQUESTS"):
        return []
    return [
        Error(
            "Requests are not atomic.",
            hint="DATABASES['default']['ATOMIC_REQUESTS'] = True",
            id="site_core.E004",
        )
    ]
