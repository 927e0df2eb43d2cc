"""Reads of a site's activities, by a number of queries that does not grow with them."""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Prefetch, Sum
from django.db.models.functions import ExtractYear

from legal_education.campaigns.models import Activity, ActivityPicture
from site_core.models import SiteImage
from site_core.picture_kinds import list_specs

PICTURES_SHOWN = 4


@dataclass(frozen=True)
class Totals:
    """How many activities, people reached, leaflets handed out."""

    activities: int = 0
    people: int = 0
    materials: int = 0

    def plus(self, other: "Totals") -> "Totals":
        """Both together."""
        return replace(
            self,
            activities=self.activities + other.activities,
            people=self.people + other.people,
            materials=self.materials + other.materials,
        )


def list_activities() -> Any:
    """All of the site, latest first, with their pictures in the size that the list shows."""
    images = SiteImage.objects.prefetch_renditions(*list_specs("thumb"))
    pictures = ActivityPicture.objects.prefetch_related(Prefetch("image", images))
    return Activity.objects.prefetch_related(Prefetch("pictures", pictures))


def list_public_activities() -> Any:
    """Those that readers may see."""
    return list_activities().filter(is_public=True)


def list_activities_of(campaign: str, year: int) -> Any:
    """Public ones of a campaign of that year."""
    return list_public_activities().filter(campaign=campaign, held_on__year=year)


def list_years() -> list[int]:
    """Years with public activities, latest first."""
    found = Activity.objects.filter(is_public=True).annotate(year=ExtractYear("held_on")).order_by("-year")
    return list(found.values_list("year", flat=True).distinct())


def list_keys() -> list[str]:
    """Keys of the campaigns that public activities belong to."""
    found = Activity.objects.filter(is_public=True).exclude(campaign="").order_by("campaign")
    return list(found.values_list("campaign", flat=True).distinct())


def sum_up(activities: Any) -> Totals:
    """The totals of a queryset of activities or of the cluster's records of them."""
    found = activities.order_by().aggregate(count=Count("pk"), people=Sum("people"), materials=Sum("materials"))
    return Totals(found["count"], found["people"] or 0, found["materials"] or 0)
