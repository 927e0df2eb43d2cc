"""System checks: every theme can be loaded, and every kind of site has one with a palette."""

from typing import Any

from django.core.checks import Error, register

from tenants.kinds import SiteKind
from themes.registry import default_palette, get_themes, theme_of_kind


@register
def check_themes(**kwargs: Any) -> list[Error]:
    """Faults of the themes, contrast among them."""
    hint = "docs/themes.md says what a theme.toml holds; the contrast rules stand in themes/palettes.py."
    return [Error(fault, hint=hint, id="themes.E001") for fault in get_themes().faults]


@register
def check_kinds_have_themes(**kwargs: Any) -> list[Error]:
    """A kind of site without a theme, or whose theme has no palette, would stand undressed."""
    return [
        Error(f"no palette for sites of the kind {kind}", hint="Name the kind in a theme.toml.", id="themes.E002")
        for kind in SiteKind.values
        if not (theme := theme_of_kind(kind)) or default_palette(theme, kind=kind, region="") is None
    ]
