"""The centre's console: its panels, which apps register, and who sees which. Screens are in `console_views`.

It stands in the admin of the city's site alone; on every other site its addresses do not exist.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import URLPattern, URLResolver
from django.urls.resolvers import ResolverMatch, RoutePattern

from accounts.models import Role
from accounts.permissions import list_platform_roles
from tenants.current import find_current_site

if TYPE_CHECKING:
    from accounts.models import User

ALL_ROLES = frozenset(Role.values)


@dataclass(frozen=True)
class Panel:
    """One part of the console: its key, name, address and place, and the platform roles that see it."""

    key: str
    label: str
    url_name: str
    order: int = 100
    roles: frozenset[str] = ALL_ROLES
    icon: str = "folder-open-inverse"
    description: str = ""


class PanelRefused(ValueError):
    """A panel whose key is taken, or that names roles that do not exist."""


_panels: dict[str, Panel] = {}


def register_panel(
    *,
    key: str,
    label: str,
    url_name: str,
    order: int = 100,
    roles: Iterable[str] = ALL_ROLES,
    icon: str = "folder-open-inverse",
    description: str = "",
) -> Panel:
    """Add a panel to the console; `url_name` takes no arguments, and its view asks for the roles again.

    Its address belongs in `console_addresses`, its view under `console_screens.ConsoleScreen`. Raises PanelRefused.
    """
    panel = Panel(key, label, url_name, order, frozenset(roles), icon, description)
    if key in _panels:
        raise PanelRefused(f"console panel {key!r} is registered already")
    if not panel.roles or not panel.roles <= ALL_ROLES:
        raise PanelRefused(f"console panel {key!r}: roles must be among {sorted(ALL_ROLES)}")
    _panels[key] = panel
    return panel


def list_panels(user: "User") -> list[Panel]:
    """Panels that the person sees, in order."""
    roles = list_platform_roles(user)
    return sorted((panel for panel in _panels.values() if panel.roles & roles), key=lambda each: (each.order, each.key))


def is_console_here() -> bool:
    """Whether the current site is the city's, which carries the console."""
    site = find_current_site()
    return site is not None and site.is_city


def user_can_open_console(user: "User") -> bool:
    """Whether the person has anything to do in the console, and is where it stands."""
    return is_console_here() and bool(list_platform_roles(user))


class ConsoleResolver(URLResolver):
    """Addresses that exist on the city's site only: elsewhere nobody, signed in or not, is told of them."""

    def resolve(self, path: Any) -> ResolverMatch:
        """Django's own, where the console is. Elsewhere Http404: with Resolver404 Wagtail would go on, to its log-in."""
        if not is_console_here() and self.pattern.match(str(path)):
            raise Http404
        return super().resolve(path)


def console_addresses(patterns: list[URLPattern]) -> ConsoleResolver:
    """The patterns below `/admin/console/`; for the hook `register_admin_urls`, which puts them behind the log-in."""
    return ConsoleResolver(RoutePattern("console/", is_endpoint=False), patterns)
