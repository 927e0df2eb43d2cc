"""One search, from the question to the answer: understand, ask the engine, rank, fold what is the same, mark what was found."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q

from search.analysis.folding import strip, to_key
from search.analysis.terms import terms_of_word
from search.analysis.understanding import Understood, understand
from search.answers import HITS_PER_PAGE, LAST_PAGE, Copy, Hit, Question
from search.engines import choose_engine
from search.engines.base import COUNTED_EXACTLY, Alternative, Filters, Request, Retrieval, TermGroup
from search.engines.postgres import group_query, list_matching, stands_in_one_part
from search.highlighting import highlight, list_marks, make_snippet
from search.models import CatalogueEntry, CataloguePart
from search.ranking import Ranked, rank
from search.selectors import list_sites_of_scope
from tenants.current import current_site, root_url
from tenants.models import Organisation

_FEW = 3
_ENOUGH_CANDIDATES = 40
_MOST_COPIES = 12


@dataclass(frozen=True)
class Found:
    """What a question found: hits of its page, total, facets by name, and how the query was understood."""

    query: Understood
    hits: Sequence[Hit]
    total: int
    facets: dict[str, Sequence[tuple[str, int]]]
    pages: int
    engine: str
    is_corrected: bool = False
    is_relaxed: bool = False
    """Whether not all of the words had to be there, since no page holds them all."""


def search(question: Question) -> Found:
    """Answer the question from the current site. An empty question finds nothing."""
    sites = list_sites_of_scope(question.scope)
    query = _leave_out_unpublished(understand(question.text), tuple(sites))
    if query.is_empty:
        return Found(query, [], 0, {}, 0, "")
    if query.correction and not _stands_somewhere(query, sites):
        corrected = _find(question, understand(query.correction, correct=False), sites)
        if corrected.total:
            return replace(corrected, query=replace(corrected.query, correction=query.correction), is_corrected=True)
    found = _find(question, query, sites)
    words = understand(query.correction, correct=False).groups if query.correction else ()
    is_useful = stands_in_one_part(words, tuple(sites))
    return found if is_useful else _without_correction(found)


def _leave_out_unpublished(query: Understood, sites: tuple[int, ...]) -> Understood:
    """What is told to have been searched along must stand on these sites today: vocabulary is a night old."""
    hidden = {
        word
        for word in query.spelled
        if not stands_in_one_part([TermGroup((Alternative(word, terms_of_word(word)),))], sites)
    }
    return replace(query, also=tuple(word for word in query.also if word not in hidden)) if hidden else query


def _stands_somewhere(query: Understood, sites: dict[int, Organisation]) -> bool:
    """Whether what was typed stands anywhere word for word: then it is no error, however odd it looks."""
    return stands_in_one_part([TermGroup((Alternative(query.text, terms_of_word(query.text)),))], tuple(sites))


def _without_correction(found: Found) -> Found:
    return replace(found, query=replace(found.query, correction=""))


def _find(question: Question, query: Understood, sites: dict[int, Organisation]) -> Found:
    filters = Filters(question.facets, question.since, question.until)
    request = Request(query.groups, tuple(sites), query.numbers, query.phrases, question.field, filters)
    engine, retrieval, request = _retrieve(request)
    total, facets = retrieval.total, dict(retrieval.facets)
    if query.phrases:
        holding = _list_holding(engine, request, retrieval, query)
        total, facets = len(holding), {}
        folded = _page_of_phrases(question, holding, query, sites)
    elif question.sort == "date":
        start = (question.page - 1) * HITS_PER_PAGE
        folded = _with_copies(engine.list_by_date(request, start, HITS_PER_PAGE), request.sites)
    else:
        named = _find_named(query, request)
        ranked, partial = _rank(request, query, [*named, *retrieval.candidates])
        total = min(total + partial, COUNTED_EXACTLY + 1)
        folded = _page_of_ranked(question, ranked, engine, request)
    pages = min(LAST_PAGE, -(-total // HITS_PER_PAGE))
    hits = _make_hits(folded, query, sites)
    return Found(query, hits, total, facets, pages, engine.name, is_relaxed=request.least is not None)


def _rank(request: Request, query: Understood, candidates: Sequence[int]) -> tuple[list[Ranked], int]:
    """The candidates, best first; and how many of them hold only a part of what is asked for, which the engine has not counted.

    Such a one stays where it is good enough for the first page: it may be what is meant, in other words.
    """
    ranked = rank(candidates, query, sites=request.sites)
    matching = list_matching(request, [each.entry.pk for each in ranked])
    first = {each.entry.pk for each in ranked[:HITS_PER_PAGE]}
    kept = [each for each in ranked if each.entry.pk in matching or each.entry.pk in first]
    return kept, sum(each.entry.pk not in matching for each in kept)


def _retrieve(request: Request) -> tuple[Any, Retrieval, Request]:
    """The engine's answer, with candidates that hold most of the words where few hold all of them: ranking judges between them.

    Total and facets are those of the strictest reading that finds a few pages; the request returned is that reading.
    """
    engine = choose_engine()
    retrieval = engine.retrieve(request)
    needed = sum(group.is_needed for group in request.groups)
    few = _FEW if needed > 2 else 1
    kept, candidates = (retrieval, request), list(retrieval.candidates)
    for least in range(needed - 1, max(1, (needed + 1) // 2) - 1, -1):
        if len(candidates) >= _ENOUGH_CANDIDATES:
            break
        softer = replace(request, least=least, is_counted=kept[0].total < few)
        more = engine.retrieve(softer)
        candidates += more.candidates
        if softer.is_counted:
            kept = (more, softer)
    return engine, replace(kept[0], candidates=list(dict.fromkeys(candidates))), kept[1]


def _find_named(query: Understood, request: Request) -> list[int]:
    """Entries that the query names by title: candidates before any bound, whatever the engine offers."""
    if request.field in ("text", "number") or request.filters.facets or request.filters.since or request.filters.until:
        return []
    named = Q(short_key__in=query.titles) | Q(title_key__in=query.titles)
    return list(CatalogueEntry.objects.on_sites(request.sites).filter(named).values_list("pk", flat=True)[:50])


@dataclass(frozen=True)
class _Fold:
    """An entry with the others that are the same to a reader."""

    lead: CatalogueEntry
    others: Sequence[CatalogueEntry] = ()


def _fold(entries: Iterable[CatalogueEntry]) -> list[_Fold]:
    """Copies of one page and versions of one law as one; so too what a reader could not tell apart."""
    by_key: dict[str, list[CatalogueEntry]] = defaultdict(list)
    alike: dict[tuple[str, str, str, int], str] = {}
    for entry in entries:
        looks = (entry.page_type, entry.title_key, entry.summary, entry.part_count)
        by_key[alike.setdefault(looks, entry.fold_key)].append(entry)
    return [_Fold(same[0], same[1:]) for same in by_key.values()]


def _page_of_ranked(question: Question, ranked: Sequence[Ranked], engine: Any, request: Request) -> list[_Fold]:
    """The page's hits: ranked ones first; behind them, on later pages, the others by date."""
    folds = _fold(each.entry for each in ranked)
    start = (question.page - 1) * HITS_PER_PAGE
    page = folds[start : start + HITS_PER_PAGE]
    missing = HITS_PER_PAGE - len(page)
    if not missing:
        return page
    rest = replace(request, shown=tuple({each.entry.fold_key for each in ranked}))
    ids = engine.list_by_date(rest, max(0, start - len(folds)), missing)
    return page + _with_copies(ids, request.sites)


def _with_copies(ids: Sequence[int], sites: Sequence[int]) -> list[_Fold]:
    """The entries, each with the others of its fold."""
    leads = _load(ids, sites)
    keys = {entry.fold_key for entry in leads}
    others = CatalogueEntry.objects.on_sites(tuple(sites)).filter(fold_key__in=keys).exclude(pk__in=ids)
    by_key: dict[str, list[CatalogueEntry]] = defaultdict(list)
    for entry in others.only("title", "url_path", "site_id", "fold_key").order_by("-published_at")[:200]:
        by_key[entry.fold_key].append(entry)
    return [_Fold(entry, by_key[entry.fold_key]) for entry in leads]


_MOST_WITH_PHRASE = 500


def _list_holding(engine: Any, request: Request, retrieval: Retrieval, query: Understood) -> list[int]:
    """Entries that hold each exact phrase in the title or in one part: terms alone do not tell, the text is read."""
    some = list(dict.fromkeys([*retrieval.candidates, *engine.list_by_date(request, 0, _MOST_WITH_PHRASE)]))
    matching = list_matching(request, some)
    holding = [key for key in some if key in matching]
    titles = dict(CatalogueEntry.objects.filter(pk__in=holding).values_list("pk", "title"))
    for phrase in query.phrases:
        wanted = to_key(phrase)
        terms = group_query(TermGroup((Alternative(phrase, terms_of_word(phrase)),)))
        parts = CataloguePart.objects.filter(entry_id__in=holding).extra(where=["terms @@ %s::tsquery"], params=[terms])
        texts = parts.values_list("entry_id", "label", "text")
        found = {entry for entry, label, text in texts if wanted in strip(f"{label}{text}")}
        holding = [key for key in holding if key in found or wanted in to_key(titles[key])]
    return holding


def _page_of_phrases(
    question: Question, holding: Sequence[int], query: Understood, sites: dict[int, Organisation]
) -> list[_Fold]:
    if question.sort == "date":
        entries = CatalogueEntry.objects.filter(pk__in=holding).newest_first()
        folds = _fold(entries)
    else:
        folds = _fold(each.entry for each in rank(holding, query, sites=tuple(sites)))
    start = (question.page - 1) * HITS_PER_PAGE
    return folds[start : start + HITS_PER_PAGE]


def _load(ids: Sequence[int], sites: Sequence[int]) -> list[CatalogueEntry]:
    found = CatalogueEntry.objects.on_sites(tuple(sites)).in_bulk(list(ids))
    return [found[key] for key in ids if key in found]


def _make_hits(folds: Sequence[_Fold], query: Understood, sites: dict[int, Organisation]) -> list[Hit]:
    whole = {entry.pk: entry for entry in _load([fold.lead.pk for fold in folds], tuple(sites))}
    folds = [replace(fold, lead=whole[fold.lead.pk]) for fold in folds if fold.lead.pk in whole]
    marks = list_marks(query.groups, query.phrases)
    parts = _find_best_parts([fold.lead.pk for fold in folds], query)
    return [_make_hit(fold, parts.get(fold.lead.pk), marks, sites) for fold in folds]


def _find_best_parts(entries: list[int], query: Understood) -> dict[int, CataloguePart]:
    """Of each entry the part that holds most of what is asked for; the shorter of equals, then the earlier."""
    if not entries or not query.groups:
        return {}
    queries = [group_query(group) for group in query.groups]
    held = " + ".join(f"CASE WHEN terms @@ %s::tsquery THEN {group.rarity:.3f} ELSE 0 END" for group in query.groups)
    best = CataloguePart.objects.raw(
        "SELECT DISTINCT ON (entry_id) id, entry_id, number, label, anchor, text FROM public.search_cataloguepart"  # noqa: S608 - own pieces, values as parameters
        f" WHERE entry_id = ANY(%s) AND terms @@ %s::tsquery ORDER BY entry_id, {held} DESC, length(text), number",
        [entries, " | ".join(queries), *queries],
    )
    return {part.entry_id: part for part in best}


def _make_hit(fold: _Fold, part: CataloguePart | None, marks: Sequence[str], sites: dict[int, Organisation]) -> Hit:
    entry = fold.lead
    site = sites[entry.site_id]
    url = root_url(site) + entry.url_path
    text = part.text if part else entry.summary
    return Hit(
        entry=entry.pk,
        title=entry.title,
        title_html=highlight(entry.title, marks),
        summary_html=make_snippet(text or entry.summary, marks),
        url=url,
        part_label=part.label if part and part.anchor else "",
        part_url=f"{url}#{part.anchor}" if part and part.anchor else "",
        site=site.short_name or site.name,
        schema=site.schema_name,
        is_here=site.pk == current_site().pk,
        page_type=entry.page_type,
        type_label=entry.get_page_type_display(),
        column=entry.column_title,
        kind=entry.column_kind,
        published=entry.published_at,
        number=entry.document_number,
        validity=entry.validity,
        source=entry.source,
        same_as=[_make_copy(other, sites) for other in fold.others[:_MOST_COPIES]],
    )


def _make_copy(entry: CatalogueEntry, sites: dict[int, Organisation]) -> Copy:
    site = sites[entry.site_id]
    return Copy(entry.title, root_url(site) + entry.url_path, site.short_name or site.name)
