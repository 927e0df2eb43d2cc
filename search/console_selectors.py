"""Reads of the centre's screens on search: what readers look for in the whole cluster, and how a query is understood."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Max, QuerySet, Sum
from django.utils import timezone

from search.analysis.folding import fold
from search.analysis.numbers import find_spans
from search.analysis.terms import list_runs
from search.analysis.understanding import Understood, read_text, understand
from search.analysis.vocabulary import PARTICLES, get_vocabulary
from search.analysis.words import cut
from search.answers import ALL, Hit, Question
from search.engines.base import EngineProblem, TermGroup
from search.models import HotQuery, SearchCount, TitleTest, TitleTestRun
from search.ranking import rank
from search.searching import Found, search
from search.selectors import list_searched_sites
from tenants.current import current_site, root_url
from tenants.models import Organisation
from tenants.selectors import with_primary_hosts

DAYS = 30
_NAMED_SITES = 3
_SHORTEST_FREE_FILLER = 3  # shorter ones must be words of their own, as for the analyser


@dataclass(frozen=True)
class DayVolume:
    """Searches of a day, and how many found nothing; `height` and `vain_height` in percent of the busiest day."""

    day: date
    searches: int
    vain: int
    height: int
    vain_height: int


@dataclass(frozen=True)
class Totals:
    """Sums of the days; `position` is the mean place of what was clicked, None without clicks."""

    searches: int
    vain: int
    clicks: int

    position: float | None = None

    @property
    def vain_percent(self) -> int:
        """Share of searches in vain."""
        return round(100 * self.vain / self.searches) if self.searches else 0

    @property
    def click_percent(self) -> int:
        """Clicks for a hundred searches."""
        return round(100 * self.clicks / self.searches) if self.searches else 0


@dataclass(frozen=True)
class QueryCount:
    """A query with its sums over all sites; `sites`: short names of those where it is put most; `other_sites`: how many more."""

    query: str
    searches: int
    vain: int
    clicks: int
    last_day: date
    sites: Sequence[str]
    other_sites: int


def _counts_of_period() -> "QuerySet[SearchCount]":
    return SearchCount.objects.filter(day__gt=timezone.localdate() - timedelta(days=DAYS))


def list_volume() -> list[DayVolume]:
    """The last DAYS days, today last; days without searches are among them."""
    sums = _counts_of_period().values("day").annotate(n=Sum("searches"), vain_n=Sum("vain"))
    by_day = {row["day"]: (row["n"], row["vain_n"]) for row in sums}
    most = max((searches for searches, _ in by_day.values()), default=0) or 1
    today = timezone.localdate()
    volume = []
    for day in (today - timedelta(days=back) for back in reversed(range(DAYS))):
        searches, vain = by_day.get(day, (0, 0))
        volume.append(DayVolume(day, searches, vain, -(-100 * searches // most), -(-100 * vain // most)))
    return volume


def get_totals() -> Totals:
    """Sums over all sites and the last DAYS days."""
    sums = _counts_of_period().aggregate(n=Sum("searches"), v=Sum("vain"), c=Sum("clicks"), p=Sum("click_positions"))
    clicks = sums["c"] or 0
    return Totals(sums["n"] or 0, sums["v"] or 0, clicks, round(sums["p"] / clicks, 1) if clicks else None)


def list_top_queries(count: int) -> list[QueryCount]:
    """What is looked for most."""
    return _list_queries(_counts_of_period(), "searches", count)


def list_vain_queries(count: int) -> list[QueryCount]:
    """What is looked for in vain most; where it is looked for in vain."""
    return _list_queries(_counts_of_period().filter(vain__gt=0), "vain", count)


def _list_queries(counts: "QuerySet[SearchCount]", by: str, count: int) -> list[QueryCount]:
    sums = counts.values("query").annotate(
        n=Sum("searches"), vain_n=Sum("vain"), click_n=Sum("clicks"), last=Max("day"), order=Sum(by)
    )
    rows = list(sums.order_by("-order", "query")[:count])
    sites = _name_sites(counts, by, [row["query"] for row in rows])
    return [
        QueryCount(
            row["query"],
            row["n"],
            row["vain_n"],
            row["click_n"],
            row["last"],
            sites[row["query"]][:_NAMED_SITES],
            max(0, len(sites[row["query"]]) - _NAMED_SITES),
        )
        for row in rows
    ]


def _name_sites(counts: "QuerySet[SearchCount]", by: str, queries: list[str]) -> dict[str, list[str]]:
    rows = counts.filter(query__in=queries).values("query", "site_id", name=F("site__short_name")).annotate(n=Sum(by))
    names: dict[str, list[str]] = defaultdict(list)
    for row in rows.order_by("-n", "site_id"):
        names[row["query"]].append(row["name"])
    return names


def count_hot_queries_to_review() -> int:
    """Proposals on which the centre has not decided."""
    return HotQuery.objects.filter(is_approved=False, is_refused=False).count()


@dataclass(frozen=True)
class TitleFailure:
    """A title that did not find its own page: title, site and address of the page."""

    title: str
    site: str
    url: str


@dataclass(frozen=True)
class SelfTest:
    """The latest run of the self-test, and failures that it left behind, at most so many as were asked for."""

    run: TitleTestRun
    failures: Sequence[TitleFailure]

    @property
    def passed_percent(self) -> float:
        """Share of titles that found their page, rounded down to a tenth: 100 is said only where none failed."""
        return int(1000 * (self.run.tried - self.run.failed) / self.run.tried) / 10 if self.run.tried else 0.0


def find_last_self_test(most: int) -> SelfTest | None:
    """None before the first run."""
    run = TitleTestRun.objects.first()
    if run is None:
        return None
    tests = list(TitleTest.objects.all()[:most])
    sites = with_primary_hosts(Organisation.objects.filter(pk__in={test.site_id for test in tests})).in_bulk()
    return SelfTest(run, [_make_failure(test, sites[test.site_id]) for test in tests])


def _make_failure(test: TitleTest, site: Organisation) -> TitleFailure:
    address = root_url(site) + test.url_path if getattr(site, "primary_host", "") else ""
    return TitleFailure(test.title, site.short_name or site.name, address)


# --- How a query is understood -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ScoredHit:
    """A hit of the first page with its score; `score` is None for one that stands behind the ranked ones, by date."""

    hit: Hit
    score: float | None


@dataclass(frozen=True)
class Explanation:
    """A query as the analyser understands it, and what it finds in the whole cluster.

    `dropped` are words that say nothing and are not searched for. `found` is None where nothing is asked for; or where
    no engine answered, which `problem` then says.
    """

    text: str
    query: Understood
    numbers: Sequence[str] = ()
    dropped: Sequence[str] = ()
    found: Found | None = None
    hits: Sequence[ScoredHit] = ()
    problem: str = ""

    @property
    def corrected_groups(self) -> Sequence[TermGroup]:
        """Groups of the correction, where its hits are those that are shown."""
        return self.found.query.groups if self.found and self.found.is_corrected else ()


def explain(typed: str) -> Explanation:
    """From what was typed to the first hits, as a reader on this site gets them from all sites. Nothing is counted."""
    text = read_text(typed)
    query = understand(text)
    numbers = [forms[0] for _, _, forms in find_spans(fold(text))]
    dropped = _list_dropped(text, query.groups)
    if query.is_empty:
        return Explanation(text, query, numbers, dropped)
    try:
        found = search(Question(text=text, scope=ALL))
        hits = _score(found)
    except EngineProblem:
        return Explanation(text, query, numbers, dropped, problem="搜索引擎没有及时回答，请稍后再试。")
    return Explanation(text, query, numbers, dropped, found, hits)


def _score(found: Found) -> list[ScoredHit]:
    sites = [site.pk for site in list_searched_sites(current_site())]
    ranked = rank([hit.entry for hit in found.hits], found.query, sites=sites)
    scores = {each.entry.pk: round(each.score, 2) for each in ranked}
    return [ScoredHit(hit, scores.get(hit.entry)) for hit in found.hits]


def _list_dropped(text: str, groups: Iterable[TermGroup]) -> list[str]:
    """Particles first, as the analyser leaves them out; then the fillers that stand in no group."""
    rest = fold(text)
    for start, end, _ in reversed(find_spans(rest)):
        rest = f"{rest[:start]} {rest[end:]}"
    runs = list_runs(rest)
    kept = sorted((group.alternatives[0].text for group in groups if not _is_whole(group, runs)), key=len, reverse=True)
    dropped: list[str] = []
    for run in runs:
        words = cut(run)
        dropped += [word for word in words if word in PARTICLES]
        bare = "".join(word for word in words if word not in PARTICLES)
        for each in kept:
            bare = bare.replace(each, " ")
        dropped += [word for piece in bare.split() for word in _list_fillers(piece)]
    return list(dict.fromkeys(dropped))


def _is_whole(group: TermGroup, runs: Iterable[str]) -> bool:
    """Whether the group stands for a whole run, fillers and all, which nobody need have."""
    return not group.is_needed and len(group.alternatives) == 1 and group.alternatives[0].text in runs


def _list_fillers(piece: str) -> list[str]:
    fillers = get_vocabulary().fillers
    for filler in sorted(fillers, key=len, reverse=True):
        if len(filler) >= _SHORTEST_FREE_FILLER and filler in piece:
            return [filler, *(word for rest in piece.split(filler) for word in _list_fillers(rest))]
    return [word for word in cut(piece) if word in fillers]


def list_rows(model: Any) -> "QuerySet[Any]":
    """Rows of one of the word lists, in the list's own order."""
    return model._default_manager.all()  # type: ignore[no-any-return] # one of the four


def list_hot_rows() -> "QuerySet[HotQuery]":
    """Proposals first, then those that are shown, then those that are not."""
    return HotQuery.objects.order_by("is_refused", "is_approved", "rank", "query")
