"""Reads of how sites stand to their blueprints: all that serve, whether or not they were ever compared."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce

from blueprints.changes import SitePlan
from blueprints.models import Condition, Release, SiteRelease
from tenants.kinds import SiteKind, SiteState
from tenants.models import Organisation


@dataclass(frozen=True)
class Findings:
    """What the last comparison of a site found."""

    drift: SitePlan = field(default_factory=SitePlan)
    update: SitePlan = field(default_factory=SitePlan)
    missing: tuple[str, ...] = ()

    def list_sentences(self, condition: str) -> list[str]:
        """What is to be told of a site in that condition, the gravest first."""
        obstacles = dict.fromkeys(each.describe() for each in (*self.drift.obstacles, *self.update.obstacles))
        told = [*obstacles, *(each.describe() for each in self.drift.changes)]
        if condition in {Condition.BEHIND, Condition.UNADOPTED} and self.update.changes:
            told.append(f"更新到最新版有 {len(self.update.changes)} 项变更。")
        if self.missing:
            told.append(f"未填写：{'、'.join(self.missing)}。")
        return told + [each.describe() for each in self.drift.flags]


def list_sites() -> QuerySet[Any]:
    """Sites that are not archived, with `condition`, `release_number` and `compared_at`; by kind and place."""
    return (
        Organisation.objects.exclude(state=SiteState.ARCHIVED)
        .select_related("site_release__release__blueprint")
        .annotate(
            condition=Coalesce("site_release__condition", Value(str(Condition.UNADOPTED))),
            release_number=F("site_release__release__number"),
            compared_at=F("site_release__compared_at"),
        )
        .order_by("kind", "region_code", "schema_name")
    )


def find_row(site: Organisation) -> SiteRelease | None:
    """What is known of the site. Sites come from `list_sites`: no query."""
    return getattr(site, "site_release", None)


def read_findings(row: SiteRelease | None) -> Findings:
    """What the last comparison found; nothing where there was none."""
    if row is None or not row.findings:
        return Findings()
    drift, update = (SitePlan.from_json(row.findings[name]) for name in ("drift", "update"))
    return Findings(drift, update, tuple(row.findings["missing"]))


def count_by_kind() -> dict[SiteKind, dict[Condition, int]]:
    """Sites by kind and condition, for kinds that have any."""
    counted = Counter(list_sites().order_by().values_list("kind", "condition"))
    return {
        kind: {each: counted[kind, each] for each in Condition}
        for kind in SiteKind
        if any(counted[kind, each] for each in Condition)
    }


def count_conditions(counts: dict[SiteKind, dict[Condition, int]]) -> list[tuple[Condition, int]]:
    """Sites of all kinds by condition."""
    return [(each, sum(row[each] for row in counts.values())) for each in Condition]


def group_by_release(sites: Iterable[Organisation]) -> dict[Release, list[Organisation]]:
    """Sites by the release they are on; without those that are on none."""
    groups: dict[Release, list[Organisation]] = {}
    for site in sites:
        row = find_row(site)
        if row is not None and row.release is not None:
            groups.setdefault(row.release, []).append(site)
    return groups
