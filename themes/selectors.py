"""Reads: the look of the current site."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from site_core import reading
from tenants.current import current_site, find_current_site
from themes.palettes import Palette
from themes.registry import Theme, default_palette, find_palette, theme_of_kind
from themes.stylesheets import address

if TYPE_CHECKING:
    from tenants.models import Organisation
    from themes.models import SiteLook


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
    """Theme of the current site; None outside of one."""
    site = find_current_site()
    return theme_of_kind(site.kind) if site else None


def find_default_style() -> str:
    """Path of the current site's style sheet in its default palette, without a query; '' for none."""
    site, theme = find_current_site(), find_current_theme()
    palette = default_palette(theme, kind=site.kind, region=site.region_code) if site and theme else None
    return address(theme, palette) if theme and palette else ""


def find_site_look() -> "SiteLook | None":
    """What the current site chose."""
    from themes.models import SiteLook

    return SiteLook.objects.select_related("emblem", "header_picture").first()


def choose_palette(theme: Theme, site: "Organisation", chosen: "SiteLook | None") -> Palette | None:
    """The palette that the site chose, else its default; one that the theme no longer has counts as none."""
    key = chosen.palette_key if chosen else ""
    found = find_palette(theme, key) if key else None
    return found or default_palette(theme, kind=site.kind, region=site.region_code)


def get_look(chosen: "SiteLook | None" = None) -> Look | None:
    """The current site's look, or the one for an unsaved choice (preview); None where no theme could be loaded."""
    site = current_site()
    theme = theme_of_kind(site.kind)
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
