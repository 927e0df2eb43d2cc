"""System checks: settings under which sites would leak, or not work, stop the start with a hint."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register


@register(Tags.caches)
def check_cache_keys(**kwargs: Any) -> list[Error]:
    """Every cache alias must make its keys by site (leaks L1-L5)."""
    return [
        Error(
            f"Cache alias {alias!r} does not key its entries by site.",
            hint="Set KEY_FUNCTION = 'tenants.caching.make_key' on every alias of CACHES.",
            id="tenants.E001",
        )
        for alias, options in settings.CACHES.items()
        if options.get("KEY_FUNCTION") != "tenants.caching.make_key"
    ]


@register(Tags.security)
def check_cookies(**kwargs: Any) -> list[Error]:
    """Cookies must be host-only (leaks L19)."""
    return [
        Error(f"{name} makes cookies visible to other sites.", hint=f"Leave {name} unset.", id="tenants.E002")
        for name in ("SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_DOMAIN")
        if getattr(settings, name, None)
    ]


@register(Tags.database)
def check_no_site_tables_are_shared(**kwargs: Any) -> list[Error]:
    """No app may be both shared and per site, except django.contrib.auth (leaks L8)."""
    both = set(settings.SHARED_APPS) & set(settings.TENANT_APPS) - {"django.contrib.auth"}
    return [
        Error(f"{app} is both shared and per site.", hint="Keep it in one of the two lists.", id="tenants.E003")
        for app in sorted(both)
    ]


@register(Tags.security, deploy=True)
def check_secret_key(**kwargs: Any) -> list[Error]:
    """A cluster that is no demo must not sign with the key that everybody can read."""
    if not settings.SECRET_KEY_IS_DEMO or settings.CLUSTER_DEMO:
        return []
    return [Error("SECRET_KEY is the demo's.", hint="Set SECRET_KEY to 50 random characters.", id="tenants.E004")]


@register(Tags.security, deploy=True)
def check_scheme(**kwargs: Any) -> list[Warning]:
    """A public cluster is served by https."""
    if settings.SITE_SCHEME == "https" or settings.CLUSTER_DEMO:
        return []
    return [
        Warning(
            "SITE_SCHEME is http.",
            hint="Set SITE_SCHEME=https and terminate TLS in nginx.",
            id="tenants.W005",
        )
    ]


@register(Tags.security)
def check_gov_suffixes(**kwargs: Any) -> list[Error]:
    """Without government suffixes no bureau could be given a host, and a law office could have any."""
    if settings.GOV_SUFFIXES:
        return []
    return [Error("GOV_SUFFIXES is empty.", hint="Set GOV_SUFFIXES=.gov.cn,.政务", id="tenants.E006")]


@register(Tags.security)
def check_job_timing(**kwargs: Any) -> list[Error]:
    """The time after which a silent worker counts as dead must leave room for its heartbeat."""
    if settings.JOB_STALLED_AFTER >= 0.5:
        return []
    return [Error("JOB_STALLED_AFTER is too short.", hint="Use 0.5 seconds or more; 6 is usual.", id="tenants.E007")]
