"""The admin in the site's own colour, so that nobody edits the wrong site; and the preview of a look."""

from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks

from tenants.current import find_current_site
from themes.admin_views import preview_look
from themes.colours import to_hsl
from themes.selectors import get_look

# The admin is outside of the public pages' CSP, which allows no style in a page.
_STYLE = (
    "<style>:root{{--w-color-primary-hue:{h};--w-color-primary-saturation:{s}%;--w-color-primary-lightness:{l}%;"
    "--w-color-secondary-hue:{h};--w-color-secondary-saturation:{s}%;--w-color-secondary-lightness:{l2}%}}"
    ".page-wrap-login,.login{{background-image:url({art})}}</style>"
)


@hooks.register("insert_global_admin_css", order=50)
def colour_admin() -> SafeString | str:
    """Wagtail's own colour variables, from the site's brand."""
    look = get_look() if find_current_site() else None
    if look is None:
        return ""
    hue, saturation, lightness = to_hsl(look.brand)
    art = look.stylesheet.replace("style.css", "art/night.svg")
    return format_html(
        _STYLE,
        h=f"{hue:.0f}",
        s=f"{saturation:.0f}",
        l=f"{min(lightness, 26):.0f}",
        l2=f"{min(lightness, 32):.0f}",
        art=art,
    )


@hooks.register("register_admin_urls")
def register_preview() -> list[URLPattern]:
    """The preview of a look that is not saved."""
    return [path("look/preview/", preview_look, name="themes_preview")]
