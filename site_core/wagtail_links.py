"""Absolute links of Wagtail, by the current site: scheme, host and port from settings and hosts (leaks L20)."""

from django.conf import settings
from wagtail.models import Site

from tenants.current import find_current_site, root_url


def connect() -> None:
    """Let Wagtail ask us where it used to read one setting, and its Site row's port."""
    settings.WAGTAILADMIN_BASE_URL = _LazyBaseUrl()
    Site.root_url = property(lambda self: root_url())  # type: ignore[method-assign] # the port in the row is not the truth


class _LazyBaseUrl:
    """A string that is asked for anew each time: the current site's root URL, or '' outside of a site."""

    def __str__(self) -> str:
        return root_url() if find_current_site() else ""

    def __add__(self, other: str) -> str:
        return str(self) + other

    def __bool__(self) -> bool:
        return bool(str(self))

    def __getattr__(self, name: str) -> object:
        return getattr(str(self), name)
