"""The main navigation, as Wagtail's documentation shows it."""

from typing import Any

from django import template
from wagtail.models import Site

register = template.Library()


@register.simple_tag(takes_context=True)
def get_navigation(context: template.Context) -> Any:
    """Pages below the home page that stand in menus."""
    return Site.find_for_request(context["request"]).root_page.get_children().live().in_menu()


@register.inclusion_tag("plain/breadcrumb.html", takes_context=True)
def breadcrumb(context: template.Context) -> dict[str, Any]:
    """From the home page down to the page."""
    page = context["page"]
    return {"ancestors": page.get_ancestors().filter(depth__gt=1), "page": page, "request": context["request"]}
