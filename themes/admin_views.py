"""Screens of the look in the admin."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin

from site_core.selectors import get_home
from themes.models import SiteLook
from themes.palettes import derive_palette
from themes.selectors import find_site_look


@never_cache
@xframe_options_sameorigin
def preview_look(request: HttpRequest) -> HttpResponse:
    """The home page in a look that is not saved; for those who may change the look."""
    if not request.user.has_perm("themes.change_sitelook"):
        raise PermissionDenied
    request.previewed_look = _read_choice(request)  # type: ignore[attr-defined] # read by the context processor
    home = get_home()
    return home.serve(request).render()


def _read_choice(request: HttpRequest) -> SiteLook:
    saved = find_site_look() or SiteLook()
    look = SiteLook(
        theme=saved.theme, palettes=saved.palettes, emblem=saved.emblem, header_picture=saved.header_picture
    )
    look.palette = request.GET.get("palette", saved.palette)[:30]
    colour = request.GET.get("brand_colour", saved.brand_colour)[:7]
    look.brand_colour = colour if _is_readable(colour) else ""
    return look


def _is_readable(colour: str) -> bool:
    try:
        derive_palette(colour)
    except ValueError:
        return False
    return True
