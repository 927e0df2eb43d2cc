"""How a site is found: robots.txt, sitemap.xml in parts, the site map for readers, and the city's directory of sites."""

from dataclasses import dataclass
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from site_core import site_map_selectors as selectors
from tenants.current import current_site, root_url
from tenants.kinds import SiteKind, SiteState

PART_SIZE = 2000
_MOST_PARTS = 50_000  # so many an index may hold by the protocol
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NOT_FOR_ROBOTS = (
    "/admin/",
    "/api/",
    "/account/",
    "/search/",
    "/leave/",
    "/share/",
    "/_util/",
    "/*?elder=",
    "/*?script=",
)


@require_safe
@transaction.non_atomic_requests
def serve_robots(request: HttpRequest) -> HttpResponse:
    """A live or archived site is open to search engines; one on trial is closed to them."""
    if current_site().state in {SiteState.LIVE, SiteState.ARCHIVED}:
        rules = [f"Disallow: {path}" for path in _NOT_FOR_ROBOTS]
        lines = ["User-agent: *", *rules, "", f"Sitemap: {root_url()}/sitemap.xml"]
    else:
        lines = ["User-agent: *", "Disallow: /"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@transaction.non_atomic_requests
def serve_sitemap_index(request: HttpRequest) -> HttpResponse:
    """The parts of the site map, each with the time at which a page of it last changed."""
    parts = [
        {"loc": f"{root_url()}/sitemap-{number}.xml", "lastmod": changed.isoformat() if changed else ""}
        for number, changed in enumerate(selectors.list_changes(PART_SIZE), 1)
    ]
    return _write_xml("sitemapindex", "sitemap", parts)


@require_safe
@transaction.non_atomic_requests
def serve_sitemap_part(request: HttpRequest, number: int) -> HttpResponse:
    """One part: addresses and last changes of public pages. 404 for a part that there is not."""
    if not 1 <= number <= _MOST_PARTS:
        raise Http404
    rows = selectors.list_addresses((number - 1) * PART_SIZE, PART_SIZE)
    if not rows:
        raise Http404
    entries = [
        {"loc": root_url() + row.path, "lastmod": row.changed.isoformat() if row.changed else ""} for row in rows
    ]
    return _write_xml("urlset", "url", entries)


def _write_xml(root: str, element: str, entries: list[dict[str, str]]) -> HttpResponse:
    response = HttpResponse(content_type="application/xml; charset=utf-8")
    xml = SimplerXMLGenerator(response, "utf-8")
    xml.startDocument()
    xml.startElement(root, AttributesImpl({"xmlns": _NAMESPACE}))
    for entry in entries:
        xml.startElement(element, AttributesImpl({}))
        for name, value in entry.items():
            if value:
                xml.addQuickElement(name, value)
        xml.endElement(element)
    xml.endElement(root)
    return response


@require_safe
@transaction.non_atomic_requests
def show_site_map(request: HttpRequest) -> HttpResponse:
    """站点地图: all columns as a tree, and their feeds."""
    return render(request, "site_core/site_map.html", {"branches": selectors.list_branches()})


@dataclass(frozen=True)
class SiteGroup:
    """Sites of one county or of the city itself."""

    place: str
    sites: list[Any]


@require_safe
@transaction.non_atomic_requests
def show_sites(request: HttpRequest) -> HttpResponse:
    """The public directory of all sites, by place and kind; on the city's site alone."""
    if not current_site().is_city:
        raise Http404
    kind = request.GET.get("kind", "")
    region = request.GET.get("region", "")
    groups = selectors.list_site_groups()
    places = [(group.region, group.place) for group in groups]
    shown = [
        SiteGroup(group.place, [site for site in group.sites if kind in {"", site.kind}])
        for group in groups
        if region in {"", group.region}
    ]
    context = {
        "groups": [group for group in shown if group.sites],
        "kinds": SiteKind.choices,
        "places": places,
        "kind": kind,
        "region": region,
    }
    return render(request, "site_core/sites.html", context)
