"""Tags that public templates use."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Page

from site_core import reading
from site_core.leaving import is_address, leave_url, rewrite_links
from site_core.meta import list_meta
from site_core.privacy import is_public
from site_core.selectors import list_columns_above
from site_core.sharing_links import ShareLinks
from site_core.sharing_links import share_links as find_share_links
from site_core.structured_data import describe, list_open_graph, to_json_ld
from tenants.current import current_site

register = template.Library()


@register.simple_tag
def page_path(page: Page) -> str:
    """Path of a page on this site, without a query."""
    reading.record(f"page:{current_site().schema_name}:{page.pk}")
    return str(page.get_url())


@register.inclusion_tag("site_core/parts/breadcrumb.html")
def breadcrumb(page: Page) -> dict[str, Any]:
    """当前位置: from the home page down to the page."""
    return {"columns": list_columns_above(page), "page": page}


@register.simple_tag(takes_context=True)
def page_meta(context: template.Context, page: Page | None) -> SafeString:
    """Meta tags of the national standard for this page (see `meta`)."""
    return format_html_join("\n  ", '<meta name="{}" content="{}">', list_meta(page or None))


@register.simple_tag
def page_head(page: Page | None) -> SafeString | str:
    """Canonical address, Open Graph and JSON-LD of the page."""
    if page is None or not page.pk:
        return ""
    graph = format_html_join("\n  ", '<meta property="{}" content="{}">', list_open_graph(page))
    data = to_json_ld(describe(page))
    link = '<link rel="canonical" href="{}">\n  {}\n  <script type="application/ld+json">{}</script>'
    return format_html("\n  " + link, page.full_url or "", graph, data)


@register.simple_tag
def share_links(page: Page) -> ShareLinks:
    """Where the page can be passed on: `.weibo`, `.qr`, `.url`."""
    return find_share_links(page)


@register.filter
def outward(html: str) -> SafeString:
    """Finished HTML with its links to elsewhere by way of the notice."""
    return mark_safe(rewrite_links(str(html)))  # noqa: S308 - it was safe before; an address takes the place of another


@register.simple_tag
def is_within(page: Page | None, column: Page) -> bool:
    """Whether the page is the column, or stands below it."""
    return bool(page and page.path.startswith(column.path))


@register.filter
def if_public(page: Page | None) -> Page | None:
    """The page while everybody may read it; else nothing, not even its name."""
    return page if is_public(page) else None


@register.simple_tag
def link_address(link: Any) -> str:
    """Where a link of a section leads: its page while that is public, else its address; '' for nowhere."""
    page = link.get("page")
    if page is not None:
        return page_path(page) if is_public(page) else ""
    url = str(link.get("url") or "").strip()
    return leave_url(url) if is_address(url) else ""
