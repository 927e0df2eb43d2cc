"""Figures of speed: a search as the page of results does it, with facets and highlights; and how soon a page is findable."""

import random
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median, quantiles
from typing import TYPE_CHECKING

from bench.cluster_sites import CITY, schema_of
from bench.database import ROOT
from bench.report import Figure, NotMeasured, Outcome, at_most
from bench.search_load import rebuild_index
from bench.search_relevance import find_queries

if TYPE_CHECKING:
    from bench.search import SearchRun

# The words that most entries hold: nothing is harder to rank and to count.
COMMONEST = ("规定", "应当", "管理", "人民政府", "法律", "责任", "处罚", "部门", "行为", "有关")
_WAITS_S = 20
_WORKER_STARTS_S = 3
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def measure_speed(run: "SearchRun") -> Iterator[Outcome]:
    """95th percentile over the query set and the commonest words."""
    for engine in run.engines():
        with run.using(engine):
            yield _figure(f"query_p95_{engine}", _time_queries(run.scale.timed), 50)


def _figure(name: str, times: dict[str, float], limit: float) -> Figure:
    slowest = sorted(times.items(), key=lambda each: -each[1])[:5]
    notes = {
        "queries": len(times),
        "median_ms": round(median(times.values()), 1),
        "slowest_ms": {text: round(value, 1) for text, value in slowest},
        "commonest_ms": {text: round(times[text], 1) for text in COMMONEST if text in times},
    }
    return Figure(name, quantiles(times.values(), n=20, method="inclusive")[-1], "ms", at_most(limit), notes)


def _time_queries(count: int) -> dict[str, float]:
    """Milliseconds of each query, the best of two: the first may read from disk what later ones find in memory."""
    from search.answers import Question
    from search.presenting import answer
    from tenants.current import enter_site

    texts = [query["text"] for query in tomllib.loads(find_queries().read_text(encoding="utf-8"))["query"]]
    chosen = random.Random(5).sample(texts, min(count, len(texts))) + list(COMMONEST)  # noqa: S311 - a fixed choice
    times: dict[str, float] = {}
    with enter_site(CITY):
        for text in [*chosen, *chosen]:
            start = time.perf_counter()
            answer(Question(text))
            took = (time.perf_counter() - start) * 1000
            times[text] = min(took, times.get(text, took))
    return times


def measure_freshness(run: "SearchRun") -> Iterator[Outcome]:
    """Pages that PostgreSQL does not find right after the commit; and seconds until the search server finds them."""
    unfound = 0
    with run.using("postgresql"):
        for number in range(run.scale.publications):
            title = publish(number)
            unfound += not _finds(title)
    yield Figure("unfound_at_commit", unfound, "pages", at_most(0), {"publications": run.scale.publications})
    if not run.server_url:
        yield NotMeasured("findable_p95_elasticsearch", run.obstacle)
        return
    rebuild_index(run)
    with run.using("elasticsearch"), worker(run):
        seconds = [_await(publish(1000 + number)) for number in range(run.scale.publications)]
    p95 = quantiles(seconds, n=20, method="inclusive")[-1]
    notes = {"median_s": round(median(seconds), 3), "slowest_s": round(max(seconds), 3)}
    yield Figure("findable_p95_elasticsearch", p95, "s", at_most(2), notes)


@contextmanager
def worker(run: "SearchRun") -> Iterator[None]:
    """The product's worker in a process of its own, for the block."""
    environment = run.environment | {"ELASTICSEARCH_URL": run.server_url}
    command = [sys.executable, "-W", "ignore", "manage.py", "work"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        time.sleep(_WORKER_STARTS_S)
        yield
    finally:
        process.terminate()
        process.wait(30)


def publish(number: int) -> str:
    """Publish an article on the county's site; returns its title, which no other has."""
    from django.db import transaction

    from site_core.actions import ArticleDraft, publish_article
    from site_core.selectors import get_column
    from tenants.current import enter_site

    title = f"第{number}号便民公告寻找{_LETTERS[number % 26]}{number}x"
    with enter_site(schema_of(1)), transaction.atomic():
        body = [("paragraph", f"<p>公告正文，编号{number}。</p>")]
        publish_article(get_column("tzgg"), ArticleDraft(title, body), reason="示例")
    return title


def _finds(title: str) -> bool:
    from search.answers import Question
    from search.searching import search
    from tenants.current import enter_site

    with enter_site(schema_of(1)):
        found = search(Question(title.rpartition("寻找")[2]))
    return any(hit.title == title for hit in found.hits)


def _await(title: str) -> float:
    start = time.perf_counter()
    while not _finds(title):
        if time.perf_counter() - start > _WAITS_S:
            break
        time.sleep(0.02)
    return time.perf_counter() - start


def measure_million(run: "SearchRun") -> Iterator[Outcome]:
    """The same speed at a million parts: the laws again and again, each copy with another title and words of its own."""
    if not run.scale.many_parts:
        for engine in run.engines():
            yield NotMeasured(f"million_p95_{engine}", "full runs alone")
        return
    parts = multiply_catalogue(run.scale.many_parts)
    run.server.checkpoint()
    for engine in run.engines():
        if engine == "elasticsearch":
            rebuild_index(run)
        with run.using(engine):
            figure = _figure(f"million_p95_{engine}", _time_queries(run.scale.timed), 150)
            figure.notes["parts"] = parts
            yield figure


def multiply_catalogue(parts: int) -> int:
    """Copy the laws' entries and parts until there are so many parts; returns how many there are."""
    from django.db import connection

    from bench.search_load import count_words
    from search.models import CataloguePart

    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE indexname = ANY(%s)", [list(_HEAVY)])
        heavy = cursor.fetchall()
        for name, _ in heavy:
            cursor.execute(f'DROP INDEX "{name}"')
        base = CataloguePart.objects.count()
        for number in range(1, -(-parts // base)):
            cursor.execute(_COPY_ENTRIES, {"n": number})
            cursor.execute(_COPY_PARTS, {"n": number})
        cursor.execute("SET maintenance_work_mem = '1GB'")
        for _, definition in heavy:
            cursor.execute(definition)
    count_words()
    return CataloguePart.objects.count()


_HEAVY = ("search_entry_head", "search_entry_all", "search_part_terms")
_COPY_ENTRIES = """
INSERT INTO search_catalogueentry (site_id, page_id, version, url_path, page_type, title, summary, keywords, source,
  published_at, year, column_id, column_key, column_path, column_title, column_kind, document_number, index_number, numbers,
  validity, topic, level, origin_key, fold_key, title_key, short_key, pinyin, initials, service, part_count, head_terms,
  all_terms)
SELECT site_id, page_id + %(n)s * 10000000, nextval('search_version'), url_path, page_type, title || '第' || %(n)s || '辑',
  summary, keywords, source, published_at - %(n)s * interval '1 day', year, column_id, column_key, column_path, column_title,
  column_kind, document_number, index_number, numbers, validity, topic, level, gen_random_uuid(),
  left(fold_key, 58) || '-' || %(n)s, title_key || %(n)s || '辑', short_key || %(n)s || '辑', pinyin, initials, service,
  part_count, head_terms || ('''第' || %(n)s || '辑'':1A')::tsvector,
  all_terms || array_to_tsvector(ARRAY['第' || %(n)s || '辑'])
FROM search_catalogueentry WHERE page_id < 10000000 AND page_type = 'law'
"""
_COPY_PARTS = """
INSERT INTO search_cataloguepart (entry_id, number, label, anchor, text, terms)
SELECT copy.id, part.number, part.label, part.anchor, part.text || %(n)s, part.terms || array_to_tsvector(ARRAY['辑' || %(n)s])
FROM search_cataloguepart part JOIN search_catalogueentry entry ON entry.id = part.entry_id
JOIN search_catalogueentry copy ON copy.site_id = entry.site_id AND copy.page_id = entry.page_id + %(n)s * 10000000
WHERE entry.page_id < 10000000
"""
