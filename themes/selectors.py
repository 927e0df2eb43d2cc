"""Reads: the look of the current site."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError

from site_core import reading
from tenants.current import current_site, find_current_site
from themes.palettes import Palette
from themes.registry import Theme, default_palette, find_palette, find_theme, theme_of_kind
from themes.stylesheets import address

if TYPE_CHECKING:
    from tenants.models import Organisation
    from themes.models import SiteLook


_KEPT, _KEPT_THEME = "_look", "_theme"


@dataclass(frozen=True)
class Look:
    """What templates need to dress a page. `stylesheet` is a path; emblem and header_picture are pictures or None."""

    theme: str
    palette: str
    stylesheet: str
    brand: str
    emblem: Any = None
    header_picture: Any = None


def find_current_theme() -> Theme | None:
    """Theme of the current site; None outside of one.

    Every template of a page asks: the answer is kept with the loaded organisation, like the look it comes from.
    """
    site = find_current_site()
    if site is None:
        return None
    if _KEPT_THEME not in site.__dict__:
        site.__dict__[_KEPT_THEME] = theme_of_site(site)
    kept: Theme | None = site.__dict__[_KEPT_THEME]
    return kept


def theme_of_site(site: "Organisation") -> Theme | None:
    """The theme that the blueprint gave the current site; else, or where it is gone, that of its kind."""
    try:
        chosen = find_site_look()
    except DatabaseError:
        chosen = None  # an error page has to be dressed even then
    named = find_theme(chosen.theme) if chosen and chosen.theme else None
    return named or theme_of_kind(site.kind)


def find_default_style() -> str:
    """Path of the current site's style sheet in its default palette, without a query; '' for none.

    For the page of last resort: nor is the database asked by the templates that it is made of.
    """
    if (site := find_current_site()) is not None:
        site.__dict__.setdefault(_KEPT, None)
    theme = find_current_theme()
    palette = default_palette(theme, kind=site.kind, region=site.region_code) if site and theme else None
    return address(theme, palette) if theme and palette else ""


def find_site_look() -> "SiteLook | None":
    """What the current site chose; asked once for each loaded organisation, which lives no longer than a request."""
    from themes.models import SiteLook

    site = current_site()
    if not hasattr(site, _KEPT):
        setattr(site, _KEPT, SiteLook.objects.select_related("emblem", "header_picture").first())
    return getattr(site, _KEPT)


def forget_site_look() -> None:
    """The look of the current site was changed."""
    for name in (_KEPT, _KEPT_THEME):
        current_site().__dict__.pop(name, None)


def choose_palette(theme: Theme, site: "Organisation", chosen: "SiteLook | None") -> Palette | None:
    """The palette that the site chose, else its default; one that the theme or the blueprint no longer has counts as none."""
    key = chosen.palette_key if chosen and is_allowed(chosen, chosen.palette_key) else ""
    found = find_palette(theme, key) if key else None
    return found or default_palette(theme, kind=site.kind, region=site.region_code)


def is_allowed(look: "SiteLook", key: str) -> bool:
    """Whether the blueprint lets the site choose that palette ('' is the default, which every site may have)."""
    return not key or not look.palettes or key in look.palettes


def get_look(chosen: "SiteLook | None" = None) -> Look | None:
    """The current site's look, or the one for an unsaved choice (preview); None where no theme could be loaded."""
    site = current_site()
    theme = theme_of_site(site)
    chosen = chosen or find_site_look()
    palette = choose_palette(theme, site, chosen) if theme else None
    if theme is None or palette is None:
        return None
    reading.record(f"theme:{theme.name}")
    reading.record(f"settings:{site.schema_name}")
    return Look(
        theme=theme.name,
        palette=palette.key,
        stylesheet=address(theme, palette),
        brand=palette.brand,
        emblem=chosen.emblem if chosen else None,
        header_picture=chosen.header_picture if chosen else None,
    )
