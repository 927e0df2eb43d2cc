"""What templates may ask of the look."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from tenants.current import find_current_site
from themes.selectors import get_look


def look(request: HttpRequest) -> dict[str, Any]:
    """`look`: the site's (lazy), or the one that is being previewed."""
    if find_current_site() is None:
        return {}
    preview = getattr(request, "previewed_look", None)
    return {"look": SimpleLazyObject(lambda: get_look(preview))}
