"""Reads of blueprints: releases and what they say, which site is on which, how rollouts stand."""

from collections import Counter
from functools import lru_cache

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery

from blueprints.content import Content, from_dict
from blueprints.models import (
    RUNNING_STATES,
    Blueprint,
    Release,
    Rollout,
    SiteRelease,
    SiteTurn,
    SiteTurnState,
)
from tenants.current import current_site
from tenants.kinds import SiteState
from tenants.models import Organisation


def find_blueprint(kind: str) -> Blueprint | None:
    """The blueprint of that kind of site."""
    return Blueprint.objects.filter(kind=kind).first()


def list_blueprints() -> QuerySet[Blueprint]:
    """All blueprints with `latest` (number of the newest release, or None) and `sites` (how many serve)."""
    sites = Organisation.objects.filter(kind=OuterRef("kind")).exclude(state=SiteState.ARCHIVED).order_by()
    counts = sites.values("kind").annotate(count=Count("pk")).values("count")
    return (
        Blueprint.objects.select_related("changed_by")
        .annotate(latest=Max("releases__number"), sites=Subquery(counts))
        .order_by("pk")
    )


def find_latest_release(kind: str) -> Release | None:
    """The newest release for that kind of site."""
    releases = Release.objects.filter(blueprint__kind=kind).select_related("blueprint")
    return releases.order_by("-number").first()


def find_release(kind: str, number: int) -> Release | None:
    """The release of that number."""
    return Release.objects.filter(blueprint__kind=kind, number=number).select_related("blueprint").first()


def list_releases(kind: str) -> QuerySet[Release]:
    """Releases for that kind of site, the newest first, with `sites_on` (how many sites are on each)."""
    return (
        Release.objects.filter(blueprint__kind=kind)
        .select_related("blueprint", "released_by")
        .annotate(sites_on=Count("sites"))
        .order_by("-number")
    )


def get_content(release: Release | None) -> Content | None:
    """What the release says; read once a process, since a release never changes."""
    return _read_content(release.digest, release.pk) if release else None


@lru_cache(maxsize=64)
def _read_content(digest: str, pk: int) -> Content:
    return from_dict(Release.objects.values_list("data", flat=True).get(pk=pk, digest=digest))


def find_site_release(site: Organisation) -> SiteRelease | None:
    """The release that the site is on."""
    return SiteRelease.objects.filter(site=site).select_related("release__blueprint").first()


def list_sites(kind: str, schemas: list[str] | None = None) -> QuerySet[Organisation]:
    """Sites of that kind that are not archived; those named, where any are. With `site_release` loaded."""
    sites = Organisation.objects.filter(kind=kind).exclude(state=SiteState.ARCHIVED)
    if schemas is not None:
        sites = sites.filter(schema_name__in=schemas)
    return sites.select_related("site_release__release__blueprint").order_by("pk")


def name_locker() -> str:
    """What locks pages on the current site, in words."""
    found = find_site_release(current_site())
    return f"“{found.release}”" if found and found.release else "市局发布的蓝图"


def list_rollouts(kind: str = "") -> QuerySet[Rollout]:
    """Rollouts, the newest first, with `sites`, `done` and `failed` counted."""
    rollouts = Rollout.objects.select_related("release__blueprint", "created_by")
    if kind:
        rollouts = rollouts.filter(blueprint__kind=kind)
    failed = (SiteTurnState.FAILED, SiteTurnState.BLOCKED)
    return rollouts.annotate(
        sites=Count("turns"),
        done=Count("turns", filter=Q(turns__state=SiteTurnState.DONE)),
        failed=Count("turns", filter=Q(turns__state__in=failed)),
    )


def find_running(blueprint: Blueprint) -> Rollout | None:
    """The rollout of the blueprint that is under way."""
    return Rollout.objects.filter(blueprint=blueprint, state__in=RUNNING_STATES).first()


def list_turns(rollout: Rollout) -> QuerySet[SiteTurn]:
    """Turns of a rollout, canaries first."""
    return rollout.turns.select_related("site", "before__blueprint")


def count_turns(rollout: Rollout) -> dict[str, int]:
    """Turns by state."""
    return dict(Counter(rollout.turns.values_list("state", flat=True)))


def count_conditions() -> dict[str, dict[str, int]]:
    """Number of sites by kind and condition."""
    rows = SiteRelease.objects.exclude(site__state=SiteState.ARCHIVED).order_by()
    counted = rows.values_list("site__kind", "condition").annotate(count=Count("pk"))
    counts: dict[str, dict[str, int]] = {}
    for kind, condition, count in counted:
        counts.setdefault(kind, {})[condition] = count
    return counts
