"""The main navigation, as Wagtail's documentation shows it."""

from typing import Any

from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString
from wagtail.models import Site

from bench.plain.models import SiteFacts

register = template.Library()


@register.simple_tag(takes_context=True)
def get_navigation(context: template.Context) -> Any:
    """Pages below the home page that stand in menus."""
    return Site.find_for_request(context["request"]).root_page.get_children().live().in_menu()


@register.filter
def is_below(page: Any, other: Any) -> bool:
    """Whether the page stands below the other."""
    return bool(page.path.startswith(other.path))


@register.simple_tag(takes_context=True)
def structured_data(context: template.Context) -> SafeString:
    """Breadcrumb and article for search engines."""
    page = context["page"]
    facts = SiteFacts.for_request(context["request"])
    organisation = {"@type": "GovernmentOrganization", "name": facts.name, "telephone": facts.contact_phone}
    article = {
        "@type": "Article",
        "headline": page.title,
        "datePublished": page.first_published_at.isoformat(),
        "author": {"@type": "Organization", "name": page.source},
        "publisher": organisation,
        "mainEntityOfPage": page.full_url,
    }
    items = [{"@type": "ListItem", "position": 1, "name": page.title, "item": page.full_url}]
    graph = {"@graph": [{"@type": "BreadcrumbList", "itemListElement": items}, article]}
    return json_script(graph)


@register.inclusion_tag("plain/breadcrumb.html", takes_context=True)
def breadcrumb(context: template.Context) -> dict[str, Any]:
    """From the home page down to the page."""
    page = context["page"]
    return {"ancestors": page.get_ancestors().filter(depth__gt=1), "page": page, "request": context["request"]}
