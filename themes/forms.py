"""Form of the look: the palettes that the site's theme offers."""

from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from wagtail.admin.forms import WagtailAdminModelForm

from tenants.current import current_site
from themes.registry import default_palette, palettes_of
from themes.selectors import find_site_look, is_allowed, theme_of_site


class SwatchRadio(forms.RadioSelect):
    """Radio buttons, each with its colours beside it."""

    class Media:
        js = ["themes/look.js"]
        css = {"all": ["themes/look.css"]}


class LookForm(WagtailAdminModelForm):
    """Offers the palettes of the site's theme, the default first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "palette" in self.fields:
            self.fields["palette"] = forms.ChoiceField(
                label="配色", choices=_list_choices, required=False, widget=SwatchRadio()
            )


def _list_choices() -> list[tuple[str, Any]]:
    site, look = current_site(), find_site_look()
    theme = theme_of_site(site)
    if theme is None:
        return []
    default = default_palette(theme, kind=site.kind, region=site.region_code)
    offered = [each for each in palettes_of(theme).values() if look is None or is_allowed(look, each.key)]
    palettes = sorted(offered, key=lambda each: each != default)
    choices = [(each.key, show_palette(each)) for each in palettes]
    return [("", f"默认（{default.label}）" if default else "默认"), *choices]


def show_palette(palette: Any) -> Any:
    """The palette's colours, and its name."""
    swatch = '<svg class="swatch" width="64" height="16" viewBox="0 0 64 16" aria-hidden="true">{}</svg>{}'
    colours = (palette.brand, palette.deep, palette.tint, palette.accent)
    bar = '<rect x="{}" width="16" height="16" fill="{}"/>'
    bars = format_html_join("", bar, ((16 * place, colour) for place, colour in enumerate(colours)))
    return format_html(swatch, bars, palette.label)
