"""Reads of the console: the cluster's sites as the centre sees them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, Subquery

from tenants.current import root_url
from tenants.kinds import SiteKind
from tenants.models import Host, Organisation
from tenants.selectors import OrganisationQuerySet

CITY_GROUP, OTHER_GROUP = "市级", "未设上级单位"
_KIND_ORDER = {kind: place for place, kind in enumerate(SiteKind.values)}


@dataclass(frozen=True)
class SiteGroup:
    """Sites that belong together: those of the city, or of one county."""

    label: str
    sites: list[Organisation] = field(default_factory=list)


def list_sites() -> OrganisationQuerySet:
    """All sites with `primary_host` ('' or None where there is none), their parents and the parents of those: one query."""
    primary = Host.objects.filter(tenant=OuterRef("pk"), is_primary=True).values("domain")[:1]
    return Organisation.objects.annotate(primary_host=Subquery(primary)).select_related("parent__parent")


def match_site_text(sites: OrganisationQuerySet, text: str) -> OrganisationQuerySet:
    """Those with the text in names, schema, identifiers or any of their hosts."""
    asked = Q(Exists(Host.objects.filter(tenant=OuterRef("pk"), domain__icontains=text)))
    for name in ("name", "short_name", "schema_name", "region_code", "site_id_code"):
        asked |= Q(**{f"{name}__icontains": text})
    return sites.filter(asked)


def group_sites(sites: Iterable[Organisation]) -> list[SiteGroup]:
    """The city's own first, then each county with what is below it, then those that stand alone."""
    groups: dict[tuple[int, str, str], list[Organisation]] = defaultdict(list)
    for site in sites:
        groups[_group_of(site)].append(site)
    return [
        SiteGroup(key[2], sorted(groups[key], key=lambda site: (_KIND_ORDER[site.kind], site.schema_name)))
        for key in sorted(groups)
    ]


def _group_of(site: Organisation) -> tuple[int, str, str]:
    parent = site.parent
    line = [site, parent, parent.parent if parent else None]
    for each in line:
        if each is not None and each.kind == SiteKind.COUNTY_BUREAU:
            return (1, f"{each.region_code}{each.schema_name}", f"{each.short_name}及所属")
    if any(each is not None and each.is_city for each in line):
        return (0, "", CITY_GROUP)
    return (2, "", OTHER_GROUP)


def find_site_url(site: Organisation) -> str:
    """Address of the site's home page, '' while it has no primary host. Sites come from `list_sites`: no query."""
    return root_url(site) if getattr(site, "primary_host", "") else ""


def list_hosts(site: Organisation) -> list[Host]:
    """Hosts of the site, the primary one first."""
    return list(Host.objects.filter(tenant=site).order_by("-is_primary", "domain"))


def list_possible_parents() -> OrganisationQuerySet:
    """Organisations that may have others below them: bureaus that are not archived."""
    bureaus = (SiteKind.CITY_BUREAU, SiteKind.COUNTY_BUREAU)
    return Organisation.objects.serving().filter(kind__in=bureaus)
