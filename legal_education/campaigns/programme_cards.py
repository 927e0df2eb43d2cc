"""Programmes of the site as cards of the hub: each with its latest issue, by three queries for any number of programmes."""

from typing import Any

from django.db.models import F
from django.db.models.functions import Left, Length
from django.utils.timezone import localdate, localtime

from legal_education.campaigns.hub_parts import HubCard
from legal_education.models import EpisodePage, Medium, PaperIssuePage, ProgrammePage
from legal_education.programme_selectors import find_stream, list_programmes
from site_core import reading
from site_core.models import BasePage
from tenants.current import current_site

_STEP = ProgrammePage.steplen
_FIELDS = ("title", "path", "depth", "url_path", "live", "number")


def build_cards() -> list[HubCard]:
    """All visible programmes that are still made, then those that were; the microblog beside the programmes of the web."""
    programmes = sorted(list_programmes(), key=lambda each: each.is_over)
    for programme in programmes:
        reading.record(f"column:{current_site().schema_name}:{programme.pk}")
    latest = _find_latest() if programmes else {}
    return [*(_make_card(each, latest.get(each.path)) for each in programmes), *_make_stream_card()]


def _find_latest() -> dict[str, Any]:
    """The latest visible issue of each programme, by the programme's path."""
    episodes = EpisodePage.objects.visible().only(*_FIELDS, "aired_at")
    papers = PaperIssuePage.objects.visible().only(*_FIELDS, "issued_on")
    return {**_first_of_each(episodes, "aired_at"), **_first_of_each(papers, "issued_on")}


def _first_of_each(issues: Any, moment: str) -> dict[str, Any]:
    above = issues.annotate(above=Left("path", Length("path") - _STEP))
    found = above.order_by("above", F(moment).desc(nulls_last=True), "-pk").distinct("above")
    return {each.above: each for each in found}


def _make_card(programme: ProgrammePage, issue: Any) -> HubCard:
    return HubCard(
        form=programme.medium,
        title=programme.title,
        url=programme.get_url(),
        slot="，".join(part for part in (programme.outlet, programme.schedule) if part),
        latest_title=" ".join(part for part in (issue.shown_number, issue.title) if part) if issue else "",
        latest_url=issue.get_url() if issue else "",
        latest_on=_day_of(issue),
        feed_url=f"{programme.get_url()}podcast.xml" if programme.is_recorded else "",
        audiences=tuple(programme.audiences),
    )


def _day_of(issue: Any) -> Any:
    if issue is None:
        return None
    if isinstance(issue, PaperIssuePage):
        return issue.issued_on
    return localdate(localtime(issue.aired_at)) if issue.aired_at else None


def _make_stream_card() -> list[HubCard]:
    """The site's microblog with its latest post; it stands outside of the column, and is nobody's programme."""
    stream = find_stream()
    if stream is None:
        return []
    reading.record(f"column:{current_site().schema_name}:{stream.pk}")
    post = BasePage.objects.child_of(stream).visible().newest_first().first()
    return [
        HubCard(
            form=Medium.WEB,
            title=stream.title,
            url=stream.get_url(),
            latest_title=post.title if post else "",
            latest_url=post.get_url() if post else "",
            latest_on=localdate(post.public_at) if post and post.public_at else None,
            audiences=("all",),
        )
    ]
