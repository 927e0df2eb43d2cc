"""The icon that browsers ask every site for by themselves."""

from django.http import HttpRequest, HttpResponseRedirect
from django.templatetags.static import static
from django.views.decorators.cache import cache_control

_A_DAY = 24 * 3600


@cache_control(public=True, max_age=_A_DAY)
def redirect_to_icon(request: HttpRequest) -> HttpResponseRedirect:
    """302 to the drawn icon: its address changes with its content."""
    return HttpResponseRedirect(static("site_core/favicon.svg"))
