"""First path segments that belong to the system: no page and no blueprint node may take one."""

from django.utils import timezone
from django.utils.crypto import get_random_string

_SLUG_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"

_reserved: set[str] = {
    "account",
    "admin",
    "api",
    "documents",
    "favicon.ico",
    "healthz",
    "invitation",
    "leave",
    "media",
    "micro",
    "robots.txt",
    "search",
    "share",
    "site-map",
    "sitemap.xml",
    "sites",
    "static",
    "_util",
}

_personal: list[str] = []


class PathReserved(ValueError):
    """The slug is the system's own; the text is for the editor."""


def reserve(slug: str) -> None:
    """Keep the first path segment for an app. Reserving it twice is harmless."""
    _reserved.add(slug.lower())


def keep_personal(*prefixes: str) -> None:
    """Below these paths everything is one reader's own, or changes by the second: no cache has to do with it."""
    _personal.extend(prefix for prefix in prefixes if prefix not in _personal)


def list_personal() -> list[str]:
    """The paths that apps declared personal."""
    return list(_personal)


def check_slug(slug: str) -> None:
    """Raise PathReserved where a page directly below the home page may not have this slug."""
    if slug.lower() in _reserved:
        raise PathReserved(f"“{slug}”是系统保留的网址，请换一个。")


def new_slug() -> str:
    """Date and a few letters: for a Chinese title, which gives no ASCII slug; it never needs to change."""
    return f"t{timezone.localdate():%Y%m%d}-{get_random_string(6, _SLUG_LETTERS)}"


def list_reserved() -> list[str]:
    """All reserved segments, sorted."""
    return sorted(_reserved)
