"""Reads of programmes and their issues. Each records what the page that asks is made of (`site_core.reading`)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.timezone import localtime
from wagtail.models import Page

from legal_education.models import EpisodePage, Medium, PaperIssuePage, ProgrammePage
from site_core import reading, selectors
from site_core.listings import Filter, Filters
from site_core.models import HOME_SLUG
from site_core.pagination import get_listing
from tenants.current import current_site

if TYPE_CHECKING:
    from site_core.models import BasePage

PAGE_SIZE = 12
STREAM_PATH = f"/{HOME_SLUG}/micro/"
"""Where every site's microblog stands, whoever makes it."""
_HEAVY = ("chapters", "transcript", "law_references")
_LATEST_OF_COLUMN = 6


def _note(programme: "ProgrammePage") -> None:
    reading.record(f"column:{current_site().schema_name}:{programme.pk}")


def list_episodes(programme: ProgrammePage) -> Any:
    """Visible episodes of the programme with their recording and poster, latest broadcast first."""
    _note(programme)
    found = EpisodePage.objects.child_of(programme).visible().select_related("media__collection", "cover")
    return found.order_by("-aired_at", "-pk").defer(*_HEAVY)


def list_latest_episodes(programme: ProgrammePage, count: int) -> list[EpisodePage]:
    """The latest of them."""
    return list(list_episodes(programme)[:count])


def list_issues(programme: ProgrammePage) -> Any:
    """Visible issues of a newspaper column, latest first."""
    _note(programme)
    return PaperIssuePage.objects.child_of(programme).visible().order_by("-issued_on", "-number", "-pk")


def list_programmes() -> Any:
    """All visible programmes of the site, in the order of the tree."""
    return ProgrammePage.objects.visible().select_related("cover").order_by("path")


@dataclass(frozen=True)
class IssuesBeside:
    """The issues just before and just after one, of the same programme."""

    previous: Any
    next: Any


def find_issues_beside(issue: Any) -> IssuesBeside:
    """Neighbours by date of broadcast or of issue, then by id."""
    programme = issue.programme
    if programme is None or not issue.pk:
        return IssuesBeside(None, None)
    name = "aired_at" if isinstance(issue, EpisodePage) else "issued_on"
    moment = getattr(issue, name)
    if moment is None:
        return IssuesBeside(None, None)
    _note(programme)
    siblings = (
        type(issue).objects.child_of(programme).visible().only("title", "number", "path", "depth", "url_path", "live")
    )
    before = Q(**{f"{name}__lt": moment}) | Q(**{name: moment}, pk__lt=issue.pk)
    after = Q(**{f"{name}__gt": moment}) | Q(**{name: moment}, pk__gt=issue.pk)
    return IssuesBeside(
        siblings.filter(before).order_by(f"-{name}", "-pk").first(), siblings.filter(after).order_by(name, "pk").first()
    )


def list_columns_and_programme(page: "BasePage") -> list[Any]:
    """What stands above the page, for its breadcrumb."""
    programme = getattr(page, "programme", None)
    return [*selectors.list_columns_above(page), *([programme] if programme else [])]


def describe(programme: ProgrammePage, query: Any) -> dict[str, Any]:
    """For the template, by the form of the programme."""
    if programme.is_recorded:
        return _describe_recorded(programme, query)
    return _describe_paper(programme, query) if programme.medium == Medium.NEWSPAPER else _describe_web(programme)


def _describe_recorded(programme: ProgrammePage, query: Any) -> dict[str, Any]:
    from legal_education.episode_parts import find_open_captions, find_open_media

    episodes = list_episodes(programme)
    filters = _filter_by_year([localtime(each).year for each in episodes.datetimes("aired_at", "year")], query)
    year = filters.choices[0].value if filters.choices else ""
    listing = get_listing(episodes.filter(aired_at__year=int(year)) if year else episodes, query.get("page"), PAGE_SIZE)
    latest = episodes.first() if not year and listing.number == 1 else None
    described: dict[str, Any] = {"listing": listing, "filters": filters, "latest": latest}
    described |= {"has_feed": True, "feed_url": f"{programme.full_url}podcast.xml", "programme_title": programme.title}
    if latest is not None:
        latest.programme = programme
        described |= {"media": find_open_media(latest), "captions": find_open_captions(latest), "episode": latest}
    return described


def _filter_by_year(years: list[int], query: Any) -> Filters:
    options = [(str(year), f"{year}年") for year in sorted(set(years), reverse=True)]
    if len(options) < 2:
        return Filters()
    chosen = query.get("year", "")
    return Filters([Filter("year", "年份", options, chosen if chosen in dict(options) else "")])


@dataclass(frozen=True)
class CalendarMonth:
    """A month with the issues that came out in it."""

    year: int
    month: int
    issues: list[PaperIssuePage]

    @property
    def days(self) -> int:
        """How many days it has."""
        return monthrange(self.year, self.month)[1]


def list_years(programme: ProgrammePage) -> list[int]:
    """Years in which issues came out, latest first."""
    found: list[date] = list(list_issues(programme).dates("issued_on", "year", order="DESC"))
    return [each.year for each in found]


def list_months(programme: ProgrammePage, year: int) -> list[CalendarMonth]:
    """Months of the year with an issue, from January on."""
    issues = list(list_issues(programme).filter(issued_on__year=year).order_by("issued_on", "number", "pk"))
    months = sorted({issue.issued_on.month for issue in issues if issue.issued_on})
    return [CalendarMonth(year, month, [each for each in issues if each.issued_on.month == month]) for month in months]


def _describe_paper(programme: ProgrammePage, query: Any) -> dict[str, Any]:
    from legal_education.papers.sheets import find_front

    years = list_years(programme)
    asked = query.get("year", "")
    year = int(asked) if asked.isdecimal() and int(asked) in years else (years[0] if years else 0)
    latest = list_issues(programme).first()
    months = list_months(programme, year) if year else []
    front = find_front(latest) if latest else None
    return {"years": years, "year": year, "months": months, "latest": latest, "front": front}


def _describe_web(programme: ProgrammePage) -> dict[str, Any]:
    """What the columns that it names hold; the stream by its address alone."""
    links = [(row.label or row.page.title, row.page.specific) for row in programme.links.select_related("page")]
    shown = [(label, page) for label, page in links if page.live and not _is_private(page)]
    columns = [(label, page, selectors.list_latest(page, _LATEST_OF_COLUMN)) for label, page in shown]
    return {"linked": columns, "stream": find_stream()}


def _is_private(page: Page) -> bool:
    from site_core.privacy import is_restricted

    return is_restricted(page)


def find_stream() -> Page | None:
    """The site's microblog, where it has one that everybody may read."""
    from site_core.models import BasePage

    return BasePage.objects.visible().filter(url_path=STREAM_PATH, slug="micro").first()
