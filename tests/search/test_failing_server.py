"""The search server down, slow or wrong: readers notice nothing, what it missed waits, and it catches up by itself."""

import json
import socket
from datetime import timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest
from django.db import transaction

from search import index_work, tasks
from search.engines import elastic_client, elastic_documents, elastic_index, elastic_rebuild, elastic_repair
from search.engines.base import EngineProblem
from search.models import CatalogueEntry, IndexWork
from search.tasks import catch_up, feed_index
from tenants.current import enter_site
from tests.factories import make_article
from tests.search.conftest import ask, titles
from tests.search.test_elastic_client import HOSTILE, FakeServer, Reply, start_fake

__all__ = ["start_fake"]  # the fixture

on_server = pytest.mark.needs("search_server")


@pytest.fixture(autouse=True)
def one_connection(monkeypatch):
    """Jobs look after their connections; the test's, which holds its transaction, is not theirs to close."""
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)


def closed_port():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return unused.getsockname()[1]


@pytest.fixture
def fake(start_fake) -> FakeServer:
    return start_fake()


@pytest.fixture
def site(two_sites):
    """Three articles in the catalogue of PostgreSQL; no server knows of them."""
    CatalogueEntry.objects.all().delete()
    for number in range(3):
        make_article(two_sites.a, f"湿地之{number}")
    return two_sites.a


def withdraw(site, page):
    with enter_site(site), transaction.atomic():
        type(page).objects.get(pk=page.pk).unpublish()


def rename(site, page, title):
    with enter_site(site), transaction.atomic():
        page = type(page).objects.get(pk=page.pk)
        page.title = title
        page.save_revision().publish()


# --- Readers -----------------------------------------------------------------------------------------------------------


def test_wrong_answers_are_replaced_by_postgresql_s_in_the_same_request(site, fake):
    for name, reply in HOSTILE.items():
        fake.reply = lambda seen, reply=reply: reply
        for sort in ("relevance", "date"):
            elastic_client.forget_servers()
            found = ask(site, "湿地", sort=sort)
            assert sorted(titles(found)) == ["湿地之0", "湿地之1", "湿地之2"], name
            assert (found.total, found.engine) == (3, "postgresql"), name


def test_answer_of_ids_that_nobody_has_shows_nothing_false(site, fake):
    empty = {"timed_out": False, "_shards": {"failed": 0}, "hits": {"total": {"value": 0}, "hits": []}}
    strange = empty | {"hits": {"total": {"value": 0}, "hits": [{"sort": [1.0, -5]}, {"sort": [1.0, 2**62]}]}}
    fake.reply = lambda seen: Reply(
        {"responses": [strange] * 3} if seen.body.count("\n") > 2 else {"responses": [strange]}
    )

    assert titles(ask(site, "湿地")) == []


@pytest.mark.parametrize(
    "path", ["/search/?q=湿地", "/api/search/?q=湿地", "/search/?q=湿地&sort=date", "/search/?q=湿地&page=900"]
)
def test_reader_sees_no_error_while_the_server_is_down(site, settings, client_of, path):
    settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{closed_port()}"

    response = client_of(site).get(path)

    assert response.status_code == 200
    assert "湿地之1" in response.content.decode().replace("<mark>", "").replace("</mark>", "") or "page=900" in path


def test_slow_server_is_not_waited_for(site, fake, monkeypatch):
    assert elastic_client.READER_TIMEOUT <= 1.0
    monkeypatch.setattr(elastic_client, "READER_TIMEOUT", 0.1)
    ask(site, "湿地")
    fake.reply = lambda seen: Reply({"responses": []}, delay_s=0.4)
    elastic_client._breakers.clear()
    before = len(fake.seen)

    found = ask(site, "湿地 候鸟")

    assert found.engine == "postgresql"
    assert len(titles(found)) == 3
    assert len(fake.seen) - before == 1  # one try in the whole request, however often the engine is asked


def test_dead_server_is_tried_once_and_then_left_alone(site, fake):
    fake.reply = lambda seen: Reply({"error": "boom"}, status=500)
    for _ in range(4):
        ask(site, "湿地")

    assert sum("_msearch" in seen.path for seen in fake.seen) == 1


@on_server
def test_server_that_is_back_answers_again(site, use_server, settings, monkeypatch):
    settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{closed_port()}"
    assert ask(site, "湿地").engine == "postgresql"

    use_server()
    elastic_rebuild.repair()
    elastic_index.refresh()

    found = ask(site, "湿地")
    assert found.engine == "elasticsearch"
    assert len(titles(found)) == 3


@on_server
def test_server_without_its_index_is_replaced_by_postgresql(site, use_server):
    use_server()
    with elastic_index.writing() as client:
        client.indices.delete(index=f"{elastic_index.alias_name()}-*")

    found = ask(site, "湿地")

    assert (found.engine, len(titles(found))) == ("postgresql", 3)


# --- Writers -----------------------------------------------------------------------------------------------------------


def test_publishing_needs_no_server(two_sites, settings):
    settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{closed_port()}"

    page = make_article(two_sites.a, "湿地")

    assert CatalogueEntry.objects.filter(page_id=page.pk).exists()
    assert IndexWork.objects.filter(page_id=page.pk, schema_name="kongtong").exists()


def test_without_a_server_nothing_waits(two_sites):
    make_article(two_sites.a, "湿地")

    assert not IndexWork.objects.exists()


def test_work_of_a_publication_that_was_rolled_back_does_not_wait(two_sites, fake):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_article(two_sites.a, "湿地")
        raise ZeroDivisionError

    assert not IndexWork.objects.exists()
    assert not CatalogueEntry.objects.filter(title="湿地").exists()


def test_work_waits_while_the_server_is_down(two_sites, settings):
    settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{closed_port()}"
    page = make_article(two_sites.a, "湿地")
    withdraw(two_sites.a, page)
    waiting = set(IndexWork.objects.values_list("pk", "version"))

    for work in (index_work.do_waiting, feed_index, lambda: catch_up(0)):
        with pytest.raises(EngineProblem):
            work()

    assert set(IndexWork.objects.values_list("pk", "version")) == waiting


def test_work_waits_when_the_server_refuses_a_document(two_sites, fake):
    make_article(two_sites.a, "湿地")
    for status in (400, 403, 413, 429, 500, 503):
        error = {"index": {"_id": "x", "status": status, "error": {"type": "boom", "reason": "why"}}}
        fake.reply = lambda seen, error=error: Reply({"errors": True, "items": [error]} if "_bulk" in seen.path else {})
        with pytest.raises(EngineProblem):
            index_work.do_waiting()

        assert IndexWork.objects.count() >= 1


def test_jobs_are_tried_again_more_and_more_slowly():
    strategy = tasks.feed_index.retry_strategy
    waits = [
        strategy.get_retry_decision(exception=EngineProblem("down"), job=SimpleNamespace(attempts=attempts)).retry_at
        for attempts in range(4)
    ]
    steps = [after - before for before, after in pairwise(waits)]

    assert all(step > timedelta(seconds=1) for step in steps)
    assert steps == sorted(steps)


def test_catching_up_is_asked_for_every_minute():
    crons = {task.task.name: task.cron for task in tasks.app.periodic_registry.periodic_tasks.values()}
    assert crons["search.catch_up"] == "* * * * *"


@on_server
def test_what_waited_is_done_when_the_server_is_back(two_sites, settings, use_server):
    use_server()
    CatalogueEntry.objects.all().delete()
    gone, changed = (make_article(two_sites.a, f"湿地{word}") for word in "乙丙")
    index_work.do_waiting()
    url, settings.ELASTICSEARCH_URL = settings.ELASTICSEARCH_URL, f"http://127.0.0.1:{closed_port()}"
    kept = make_article(two_sites.a, "湿地甲")
    withdraw(two_sites.a, gone)
    rename(two_sites.a, changed, "湿地丁")

    settings.ELASTICSEARCH_URL = url
    assert catch_up(0) > 0
    elastic_index.refresh()

    assert elastic_index.count_documents() == 2
    found = ask(two_sites.a, "湿地")
    assert set(titles(found)) == {kept.title, "湿地丁"}
    assert (found.total, found.engine) == (2, "elasticsearch")
    assert not IndexWork.objects.exists()
    assert catch_up(0) == 0


@on_server
def test_server_that_comes_back_empty_is_filled_without_anybody_s_doing(two_sites, use_server):
    """It lost its index: whatever runs by itself has to make one and fill it with the whole catalogue."""
    use_server()
    CatalogueEntry.objects.all().delete()
    IndexWork.objects.all().delete()
    make_article(two_sites.a, "湿地甲")
    index_work.do_waiting()
    with elastic_index.writing() as client:
        client.indices.delete(index=f"{elastic_index.alias_name()}-*")

    make_article(two_sites.a, "湿地乙")
    catch_up(0)
    elastic_index.refresh()

    found = ask(two_sites.a, "湿地")
    assert (set(titles(found)), found.engine) == ({"湿地甲", "湿地乙"}, "elasticsearch")


@on_server
def test_working_twice_leaves_no_doubles(two_sites, use_server):
    use_server()
    CatalogueEntry.objects.all().delete()
    IndexWork.objects.all().delete()
    page = make_article(two_sites.a, "湿地甲")
    rows = list(IndexWork.objects.all())

    for _ in range(3):
        index_work.do_waiting()
        IndexWork.objects.bulk_create(
            [IndexWork(schema_name=row.schema_name, page_id=row.page_id, version=row.version) for row in rows]
        )
    elastic_index.refresh()

    assert elastic_index.count_documents() == 1
    assert titles(ask(two_sites.a, "湿地")) == [page.title]


@on_server
def test_a_late_removal_does_not_take_what_was_published_again(two_sites, use_server):
    use_server()
    page = make_article(two_sites.a, "湿地甲")
    withdraw(two_sites.a, page)
    late = IndexWork.objects.filter(page_id=page.pk).order_by("version").last().version
    with enter_site(two_sites.a), transaction.atomic():
        type(page).objects.get(pk=page.pk).save_revision().publish()
    index_work.do_waiting()

    elastic_index.remove([("kongtong", page.pk, late)])
    elastic_index.refresh()

    assert titles(ask(two_sites.a, "湿地")) == ["湿地甲"]


@on_server
def test_a_late_write_does_not_bring_back_what_was_withdrawn(two_sites, use_server):
    use_server()
    CatalogueEntry.objects.all().delete()
    IndexWork.objects.all().delete()
    page = make_article(two_sites.a, "湿地甲")
    entry = CatalogueEntry.objects.get(page_id=page.pk)
    documents = list(elastic_documents.make_documents(elastic_documents.read_entries("WHERE e.id = %s", [entry.pk])))
    withdraw(two_sites.a, page)
    index_work.do_waiting()

    elastic_index.send_everywhere(documents)  # of a worker that had read it before
    elastic_index.refresh()

    assert elastic_index.count_documents() == 0


@on_server
def test_a_late_write_does_not_undo_a_newer_one(two_sites, use_server):
    use_server()
    page = make_article(two_sites.a, "湿地甲")
    entry = CatalogueEntry.objects.get(page_id=page.pk)
    documents = list(elastic_documents.make_documents(elastic_documents.read_entries("WHERE e.id = %s", [entry.pk])))
    rename(two_sites.a, page, "候鸟乙")
    index_work.do_waiting()

    elastic_index.send_everywhere(documents)
    elastic_index.refresh()

    assert ask(two_sites.a, "湿地甲").total == 0
    assert ask(two_sites.a, "候鸟").total == 1


@on_server
def test_many_publications_with_the_server_away_in_between_lose_and_double_nothing(two_sites, use_server, settings):
    use_server()
    CatalogueEntry.objects.all().delete()
    IndexWork.objects.all().delete()
    url, away = settings.ELASTICSEARCH_URL, f"http://127.0.0.1:{closed_port()}"
    for number in range(30):
        settings.ELASTICSEARCH_URL = away if number % 3 else url
        page = make_article(two_sites.a, f"湿地{number}")
        if number % 5 == 0:
            withdraw(two_sites.a, page)
        ask(two_sites.a, "湿地")
        try:
            index_work.do_waiting()
        except EngineProblem:
            assert number % 3
    settings.ELASTICSEARCH_URL = url
    catch_up(0)

    assert len(elastic_repair.compare()) == 0
    assert elastic_index.count_documents() == CatalogueEntry.objects.count() == 24


@on_server
def test_rebuilding_while_pages_are_published_loses_nothing(two_sites, use_server):
    use_server()
    CatalogueEntry.objects.all().delete()
    IndexWork.objects.all().delete()
    pages = [make_article(two_sites.a, f"湿地{number}") for number in range(4)]

    def meanwhile(count):
        make_article(two_sites.a, "湿地新")
        withdraw(two_sites.a, pages[0])
        rename(two_sites.a, pages[1], "湿地改")
        index_work.do_waiting()

    elastic_rebuild.rebuild(meanwhile)

    assert len(elastic_repair.compare()) == 0
    assert set(titles(ask(two_sites.a, "湿地"))) == {"湿地改", "湿地2", "湿地3", "湿地新"}


@on_server
def test_repairing_puts_right_whatever_differs(two_sites, use_server):
    use_server()
    extra, stale = (make_article(two_sites.a, f"湿地{word}") for word in "甲乙")
    index_work.do_waiting()
    make_article(two_sites.a, "湿地丙")
    CatalogueEntry.objects.filter(page_id=extra.pk).delete()
    rename(two_sites.a, stale, "湿地丁")
    IndexWork.objects.all().delete()

    elastic_rebuild.repair()

    assert len(elastic_repair.compare()) == 0


def test_answer_of_the_api_does_not_depend_on_the_engine(site, fake, client_of, settings):
    fake.reply = lambda seen: Reply({"error": "boom"}, status=500)
    with_fallback = json.loads(client_of(site).get("/api/search/?q=湿地").content)
    settings.ELASTICSEARCH_URL = ""

    assert json.loads(client_of(site).get("/api/search/?q=湿地").content) == with_fallback
