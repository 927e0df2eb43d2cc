"""Form of the look: the palettes that the site's theme offers."""

from typing import Any

from django import forms
from django.utils.html import format_html
from wagtail.admin.forms import WagtailAdminModelForm

from tenants.current import current_site
from themes.registry import default_palette, palettes_of, theme_of_kind


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
    site = current_site()
    theme = theme_of_kind(site.kind)
    if theme is None:
        return []
    default = default_palette(theme, kind=site.kind, region=site.region_code)
    palettes = sorted(palettes_of(theme).values(), key=lambda each: each != default)
    choices = [(each.key, _show(each)) for each in palettes]
    return [("", f"默认（{default.label}）" if default else "默认"), *choices]


def _show(palette: Any) -> Any:
    swatch = '<svg class="swatch" width="64" height="16" viewBox="0 0 64 16" aria-hidden="true">{}</svg>{}'
    colours = (palette.brand, palette.deep, palette.tint, palette.accent)
    bars = "".join(f'<rect x="{16 * n}" width="16" height="16" fill="{each}"/>' for n, each in enumerate(colours))
    return format_html(swatch, format_html(bars), palette.label)
