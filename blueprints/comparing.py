"""Comparison of sites with their release: what drifted, what is behind, what stands in the way, what is missing."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from blueprints.changes import SitePlan
from blueprints.content import Content
from blueprints.models import Condition, Release, SiteRelease
from blueprints.planning import plan
from blueprints.selectors import find_latest_release, find_site_release, get_content
from blueprints.site_state import read_site_state
from tenants.current import current_site, enter_site
from tenants.models import Organisation


@dataclass(frozen=True)
class Comparison:
    """How a site stands: to the release it is on (`drift`), and to the newest one (`update`)."""

    condition: str
    drift: SitePlan
    update: SitePlan
    missing: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain values, for the row of the site."""
        return {"drift": self.drift.to_json(), "update": self.update.to_json(), "missing": list(self.missing)}


def plan_site(site: Organisation, release: Release) -> SitePlan:
    """What would bring the site to the release, from the one it is on. Three or four queries in the site's schema."""
    found = find_site_release(site)
    with enter_site(site):
        return _plan(get_content(release), get_content(found.release) if found else None)


def _plan(content: Content | None, base: Content | None) -> SitePlan:
    return plan(read_site_state(content), content, base) if content else SitePlan()


@transaction.atomic
def compare_current_site() -> Comparison:
    """Compare the current site, and keep what was found. A rollout on the site waits, so that nothing outdated is kept."""
    site = current_site()
    rows = SiteRelease.objects.select_for_update(of=("self",)).select_related("release__blueprint")
    found = rows.filter(site=site).first()
    latest = find_latest_release(site.kind)
    base = get_content(found.release) if found else None
    newest = get_content(latest)
    drift = _plan(base, base)
    update = drift if newest == base else _plan(newest, base)
    missing = tuple(list_missing(site, newest)) if newest else ()
    condition = _judge(base, drift, update, found.release if found else None, latest)
    comparison = Comparison(condition, drift, update, missing)
    _keep(site, comparison)
    return comparison


def keep_applied(release: Release, done: SitePlan) -> None:
    """Keep how the current site stands right after it was brought to the release; what was just looked at is believed."""
    site = current_site()
    latest = find_latest_release(site.kind)
    content, newest = get_content(release), get_content(latest)
    drift = SitePlan(flags=done.flags)
    update = drift if newest == content else _plan(newest, content)
    missing = tuple(list_missing(site, newest)) if newest else ()
    _keep(site, Comparison(_judge(content, drift, update, release, latest), drift, update, missing))


def _judge(
    base: Content | None, drift: SitePlan, update: SitePlan, current: Release | None, latest: Release | None
) -> Condition:
    if base is None or current is None:
        return Condition.UNADOPTED
    if drift.obstacles or update.obstacles:
        return Condition.BLOCKED
    if drift.changes:
        return Condition.DRIFTED
    if latest is not None and latest.number > current.number:
        return Condition.BEHIND
    return Condition.IN_STEP


def _keep(site: Organisation, comparison: Comparison) -> None:
    values = {
        "condition": comparison.condition,
        "findings": comparison.to_json(),
        "compared_at": timezone.now(),
    }
    SiteRelease.objects.update_or_create(site=site, defaults=values)


def list_missing(site: Organisation, content: Content) -> list[str]:
    """Labels of the identifiers and contact fields that the blueprint wants and the site has not filled in."""
    names = [*content.identifiers, *content.contacts]
    return [str(Organisation._meta.get_field(name).verbose_name) for name in names if not getattr(site, name)]  # type: ignore[union-attr] # plain fields
