"""What search engines and social networks are told of a page: Open Graph, and schema.org as JSON-LD.

Builders are kept by page class, so that other apps add theirs.
"""

import json
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Page

from site_core.meta import find_picture_url
from site_core.models import ArticlePage, BasePage, DocumentPage, HomePage, PersonPage, ServiceGuidePage
from site_core.selectors import list_columns_above
from tenants.current import current_site, root_url
from tenants.kinds import SiteKind

Builder = Callable[[Any], dict[str, Any]]

_ORGANISATION_TYPES = {
    SiteKind.LAW_OFFICE: "LegalService",
    SiteKind.NOTARY_OFFICE: "Notary",
    SiteKind.LEGAL_AID_CENTRE: "LegalService",
}
_builders: dict[type[Page], Builder] = {}
# What would end the script element, or open another, in a text of somebody's.
_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def register_builder(page_class: type[Page], builder: Builder) -> None:
    """Describe pages of that class. Raises ValueError where the class has a builder."""
    if page_class in _builders:
        raise ValueError(f"{page_class.__name__} has a builder already")
    _builders[page_class] = builder


def list_open_graph(page: Page) -> list[tuple[str, str]]:
    """(property, content) of each Open Graph tag of the page; none is empty."""
    pairs = [
        ("og:title", page.title),
        ("og:type", "website" if isinstance(page, HomePage) else "article"),
        ("og:url", page.full_url or ""),
        ("og:site_name", current_site().name),
        ("og:locale", "zh_CN"),
        ("og:description", getattr(page, "summary", "")),
        ("og:image", find_picture_url(getattr(page, "shown_picture", None))),
    ]
    return [(name, content) for name, content in pairs if content]


def describe(page: Page) -> list[dict[str, Any]]:
    """Objects of schema.org that describe the page."""
    found = [_breadcrumb(page)] if page.depth > 2 else []
    builder = next((_builders[each] for each in type(page).__mro__ if each in _builders), None)
    return [*found, builder(page)] if builder else found


def to_json_ld(objects: list[dict[str, Any]]) -> SafeString:
    """The objects as JSON that can stand in a script element, whatever texts they hold."""
    text = json.dumps({"@context": "https://schema.org", "@graph": objects}, ensure_ascii=False)
    for character, escaped in _ESCAPED.items():
        text = text.replace(character, escaped)
    return mark_safe(text)  # noqa: S308 - every character that HTML knows is escaped


def _breadcrumb(page: Page) -> dict[str, Any]:
    steps = [("首页", root_url() + "/"), *((each.title, each.full_url) for each in list_columns_above(page))]
    steps.append((page.title, page.full_url))
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": url}
        for number, (name, url) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _organisation() -> dict[str, Any]:
    site = current_site()
    described = {
        "@type": _ORGANISATION_TYPES.get(SiteKind(site.kind), "GovernmentOrganization"),
        "name": site.name,
        "url": root_url() + "/",
        "telephone": site.contact_phone,
        "address": site.contact_address,
    }
    return {name: value for name, value in described.items() if value}


def _home(page: HomePage) -> dict[str, Any]:
    return _organisation()


def describe_article(page: BasePage) -> dict[str, Any]:
    """What is said of an article; other types build on it."""
    return {
        "@type": "Article",
        "headline": page.title,
        "datePublished": timezone.localtime(page.public_at).isoformat() if page.public_at else None,
        "dateModified": timezone.localtime(page.last_published_at).isoformat() if page.last_published_at else None,
        "author": {"@type": "Organization", "name": page.shown_source},
        "publisher": _organisation(),
        "mainEntityOfPage": page.full_url,
    }


def _document(page: DocumentPage) -> dict[str, Any]:
    return {
        **describe_article(page),
        "@type": "Legislation",
        "name": page.title,
        "legislationIdentifier": page.document_number or page.index_number,
        "legislationDate": page.issued_on.isoformat() if page.issued_on else None,
        "legislationLegalForce": "InForce" if page.validity in {"有效", "已修改"} else "NotInForce",
    }


def _person(page: PersonPage) -> dict[str, Any]:
    return {"@type": "Person", "name": page.title, "jobTitle": page.position or page.get_role_display()}


def _guide(page: ServiceGuidePage) -> dict[str, Any]:
    return {
        "@type": "GovernmentService" if current_site().is_government else "Service",
        "name": page.title,
        "description": page.summary,
        "provider": _organisation(),
    }


for _class, _builder in (
    (HomePage, _home),
    (ArticlePage, describe_article),
    (DocumentPage, _document),
    (PersonPage, _person),
    (ServiceGuidePage, _guide),
):
    register_builder(_class, _builder)
