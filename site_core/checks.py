"""System checks of the content's floor."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register

from tenants.kinds import SiteKind


@register(Tags.models)
def check_starter_columns(**kwargs: Any) -> list[Error]:
    """Each kind of site has a file of starter columns that can be read."""
    from site_core.column_kinds import ColumnKind
    from site_core.starter_columns import read_starter_columns

    errors = []
    for kind in SiteKind.values:
        try:
            nodes = read_starter_columns(kind)
        except (OSError, TypeError, ValueError, KeyError) as error:
            errors.append(_bad_starter_file(kind, str(error)))
            continue
        wrong = [node.node_key for node in nodes if node.kind not in ColumnKind.values]
        if wrong:
            errors.append(_bad_starter_file(kind, f"unknown column kind at {', '.join(wrong)}"))
    return errors


def _bad_starter_file(kind: str, problem: str) -> Error:
    return Error(
        f"site_core/starter/{kind}.toml: {problem}",
        hint="Each [[column]] names node_key, slug, title, kind (one of the 18), description, keywords.",
        id="site_core.E001",
    )


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
