"""Reads of organisations and hosts, in the words of the domain."""

from functools import cache
from typing import TYPE_CHECKING, Any, LiteralString

from django.db import connection, models
from psycopg import sql

from .kinds import SiteKind, SiteState

if TYPE_CHECKING:
    from .models import Organisation


class OrganisationQuerySet(models.QuerySet):
    """Questions about the cluster's sites."""

    def serving(self) -> "OrganisationQuerySet":
        """Sites that jobs work for: all but the archived ones."""
        return self.exclude(state=SiteState.ARCHIVED)

    def city(self) -> "OrganisationQuerySet":
        """The city bureau's site (there is one)."""
        return self.filter(kind=SiteKind.CITY_BUREAU)

    def schema_names(self) -> list[str]:
        """Schema names, in a stable order."""
        return list(self.order_by("schema_name").values_list("schema_name", flat=True))


def list_schemas_having(schemas: list[str], rows: LiteralString, **values: Any) -> list[str]:
    """Of these sites, those where the query `rows` finds something: one statement for all, so that a quiet minute is cheap.

    In `rows`, `{schema}` stands for the site's schema before each table's name, and `%(name)s` for one of the values.
    """
    if not schemas:
        return []
    part = sql.SQL("SELECT {name} WHERE EXISTS ({rows})")
    parts = [
        part.format(name=sql.Literal(schema), rows=sql.SQL(rows).format(schema=sql.Identifier(schema)))
        for schema in schemas
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(parts), values)
        return [row[0] for row in cursor.fetchall()]


def get_organisation(schema_name: str) -> "Organisation":
    """The organisation of that schema; raises Organisation.DoesNotExist."""
    from .models import Organisation

    return Organisation.objects.get(schema_name=schema_name)


def find_city() -> "Organisation | None":
    """The city bureau, or None on a cluster that has no sites yet."""
    from .models import Organisation

    return Organisation.objects.city().first()


def find_organisation_for_host(host: str) -> "tuple[Organisation, bool] | None":
    """The organisation that owns the host, and whether it is its primary one; None for an unknown host.

    Asked at the beginning of each request: the statement is written once, since making it anew took longer than its answer.
    """
    from .models import Organisation

    with connection.cursor() as cursor:
        cursor.execute(_host_query(), [host])
        row = cursor.fetchone()
    if row is None:
        return None
    names = [field.attname for field in Organisation._meta.concrete_fields]
    return Organisation.from_db(connection.alias, names, row[1:]), row[0]


@cache
def _host_query() -> str:
    from .models import Host, Organisation

    quote = connection.ops.quote_name
    columns = ", ".join(f"site.{quote(field.column)}" for field in Organisation._meta.concrete_fields)
    return (
        f"SELECT host.is_primary, {columns} FROM {quote(Host._meta.db_table)} host"  # noqa: S608 - names of ours
        f" JOIN {quote(Organisation._meta.db_table)} site ON site.id = host.tenant_id WHERE host.domain = %s"
    )


def list_cluster_hosts(hosts: set[str]) -> set[str]:
    """Those of the host names that belong to a site of the cluster."""
    from .models import Host

    return set(Host.objects.filter(domain__in=hosts).values_list("domain", flat=True))


def find_primary_host(organisation: "Organisation") -> str:
    """Primary host name, or '' while the organisation has none."""
    from .models import Host

    return Host.objects.filter(tenant=organisation, is_primary=True).values_list("domain", flat=True).first() or ""


def list_public_sites() -> "list[Organisation]":
    """Sites that the public may know of (live and on trial), each with `url` (its address); by region, kind and name."""
    from .current import root_url
    from .models import Organisation

    sites = Organisation.objects.filter(state__in=(SiteState.LIVE, SiteState.TRIAL)).annotate(
        primary_host=_primary_host()
    )
    found = list(sites.order_by("region_code", "kind", "schema_name"))
    for site in found:
        site.url = root_url(site)
    return found


def with_primary_hosts(organisations: models.QuerySet) -> models.QuerySet:
    """The organisations with `primary_host`, so that asking each for its address costs no query."""
    return organisations.annotate(primary_host=_primary_host())


def _primary_host() -> models.Subquery:
    from .models import Host

    hosts = Host.objects.filter(tenant=models.OuterRef("pk"), is_primary=True)
    return models.Subquery(hosts.values("domain")[:1])


def list_site_rows() -> list[dict[str, Any]]:
    """One row a site: schema, name, short_name, kind, state, primary_host, parent (schema or None)."""
    from .models import Organisation

    rows = Organisation.objects.annotate(primary_host=_primary_host()).select_related("parent")
    return [
        {
            "schema": site.schema_name,
            "name": site.name,
            "short_name": site.short_name,
            "kind": site.kind,
            "state": site.state,
            "primary_host": site.primary_host or "",
            "parent": site.parent.schema_name if site.parent else None,
        }
        for site in rows
    ]
