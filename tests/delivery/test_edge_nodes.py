"""Purges on their way to Varnish nodes: nothing is lost, whoever fails; and the whole way once, with a real node."""

import logging
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import Role
from delivery.edge import actions, nodes, tasks
from delivery.models import ChangedTag, EdgeNode
from delivery.purge import purge
from tenants.current import enter_site
from tests.delivery.varnish import free_port, keep, run_backend, run_varnish
from tests.factories import make_article, make_central

A, B = "http://127.0.0.1:1", "http://127.0.0.1:2"


class FakeNodes:
    """Nodes that remember what they were told; those in `away` fail, after `meanwhile`."""

    def __init__(self):
        self.told = []
        self.away = set()
        self.meanwhile = lambda: None

    def purge(self, address, tags):
        self.meanwhile()
        if address in self.away:
            raise nodes.EdgeProblem("away")
        self.told.append((address, *tags))


@pytest.fixture
def fake(monkeypatch, settings, db):
    """Two nodes that were met before."""
    settings.VARNISH_NODES = [A, B]
    for address in (A, B):
        EdgeNode.objects.create(address=address)
    fake = FakeNodes()
    monkeypatch.setattr(nodes, "purge", fake.purge)
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)
    return fake


def purge_in_transaction(*tags):
    with transaction.atomic():
        purge(*tags)


def jobs(name):
    return list(ProcrastinateJob.objects.filter(task_name=f"delivery.{name}", status="todo").order_by("pk"))


def waiting(prefix=actions.PREFIX, address=A):
    return list(ChangedTag.objects.filter(consumer=prefix + address).order_by("pk").values_list("tag", flat=True))


def run_again(address=A):
    """The jobs that purge once more, as if their time had come."""
    for job in jobs("push_to_node_again"):
        if job.args["address"] == address:
            tasks.push_to_node_again(**job.args)


def test_publication_leaves_rows_and_one_job_for_each_node(fake, two_sites):
    make_article(two_sites.a)
    assert waiting(address=A) == waiting(address=B) != []
    assert any(tag.startswith("page:kongtong:") for tag in waiting())
    # Everything of a transaction goes with one job.
    assert [job.args["address"] for job in jobs("push_to_node")] == [A, B]


def test_change_that_is_rolled_back_leaves_nothing(fake):
    with pytest.raises(RuntimeError), transaction.atomic():
        purge("page:a:1")
        raise RuntimeError
    assert waiting() == []
    assert jobs("push_to_node") == []


def test_without_nodes_nothing_is_written(fake, settings):
    settings.VARNISH_NODES = []
    purge_in_transaction("page:a:1")
    assert not ChangedTag.objects.exists()
    assert jobs("push_to_node") == []


def test_node_is_told_and_told_again(fake):
    purge_in_transaction("page:a:1", "nav:a")
    assert actions.push(A)
    assert fake.told == [(A, "page:a:1", "nav:a")]
    assert waiting() == []
    (job,) = jobs("push_to_node_again")
    assert 1 < (job.scheduled_at - EdgeNode.objects.get(address=A).answered_at).total_seconds() < 3
    run_again()
    assert fake.told == [(A, "page:a:1", "nav:a")] * 2
    assert waiting(actions.AGAIN_PREFIX) == []
    assert waiting(address=B) == ["page:a:1", "nav:a"]


def test_later_purge_is_not_taken_by_the_repetition_of_an_earlier_one(fake):
    """It would be repeated too early, and then not once more when it should be."""
    purge_in_transaction("page:a:1")
    actions.push(A)
    (first,) = jobs("push_to_node_again")
    purge_in_transaction("page:a:2")
    actions.push(A)
    actions.push_again(**first.args)
    assert fake.told[-1] == (A, "page:a:1")
    assert waiting(actions.AGAIN_PREFIX) == ["page:a:2"]


def test_nothing_to_tell_is_no_call(fake):
    assert actions.push(A)
    assert fake.told == []


def test_job_that_dies_in_the_middle_loses_nothing(fake):
    class Killed(BaseException):
        pass

    def die():
        raise Killed

    purge_in_transaction("page:a:1")
    fake.meanwhile = die
    with pytest.raises(Killed):
        actions.push(A)
    assert waiting() == ["page:a:1"]
    fake.meanwhile = lambda: None
    actions.push(A)
    assert fake.told == [(A, "page:a:1")]


def test_node_that_fails_is_emptied_first_when_it_answers_again(fake, caplog):
    caplog.set_level(logging.INFO, "delivery.edge.actions")
    fake.away = {A}
    purge_in_transaction("page:a:1")
    assert not actions.push(A)
    node = EdgeNode.objects.get(address=A)
    assert node.must_flush
    assert node.failing_since
    assert node.last_error == "away"
    assert waiting() == ["page:a:1"]
    assert len(jobs("revive_node")) == 1
    # Publications go on; it is not asked for each of them, and said once.
    for _ in range(3):
        purge_in_transaction("page:a:2")
        assert not actions.push(A)
        assert not actions.revive(A)
    assert len(caplog.records) == 1
    assert actions.push(B)
    fake.away, fake.told = set(), []
    assert actions.revive(A)
    assert fake.told == [(A, "*")]
    assert waiting() == []
    assert not EdgeNode.objects.get(address=A).must_flush
    assert len(caplog.records) == 2
    purge_in_transaction("page:a:3")
    actions.push(A)
    assert fake.told[-1] == (A, "page:a:3")
    run_again()
    assert (A, "*") in fake.told[-2:], "what was on its way while it was emptied"


def test_repetition_that_fails_makes_the_node_be_emptied_too(fake):
    purge_in_transaction("page:a:1")
    actions.push(A)
    fake.away = {A}
    run_again()
    assert EdgeNode.objects.get(address=A).must_flush
    assert waiting(actions.AGAIN_PREFIX) == ["page:a:1"]


def test_node_never_met_is_emptied_before_it_is_trusted(fake):
    EdgeNode.objects.all().delete()
    purge_in_transaction("page:a:1")
    actions.push(A)
    assert fake.told == [(A, "*")]


def test_watch_finds_what_lost_its_job_and_forgets_who_is_gone(fake, settings):
    purge_in_transaction("page:a:1")
    EdgeNode.objects.filter(address=B).update(must_flush=True)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    connection.run_on_commit.clear()  # what follows is another transaction's
    assert actions.watch() == [B]
    assert [job.args["address"] for job in jobs("push_to_node")] == [A]
    assert [job.args["address"] for job in jobs("revive_node")] == [B]
    settings.VARNISH_NODES = [B]
    actions.watch()
    assert waiting(address=A) == []
    assert waiting(address=B) == ["page:a:1"]
    assert not EdgeNode.objects.filter(address=A).exists()
    assert not actions.push(A)
    assert fake.told == []


def test_editors_do_not_wait_for_a_node(fake, two_sites):
    def never():
        pytest.fail("a node was called in a publication")

    fake.meanwhile = never
    make_article(two_sites.a)


def test_tags_are_sent_as_the_node_takes_them(monkeypatch, db):
    sent = []
    answer = SimpleNamespace(status=200)
    monkeypatch.setattr(
        nodes.urllib3.PoolManager, "request", lambda self, method, url, headers, **rest: sent.append(headers) or answer
    )
    nodes.purge(A, ["cross:a b,c", "主题", *[f"page:kongtong:{number}" for number in range(1000)]])
    lines = [headers["xkey-purge"] for headers in sent]
    assert lines[0].startswith("cross:a%20b%2Cc %E4%B8%BB%E9%A2%98 page:kongtong:0 ")
    assert all(len(line) < 4100 for line in lines)
    assert sum(len(line.split(" ")) for line in lines) == 1002
    sent.clear()
    nodes.purge(A, ["page:a:1", "*"])
    assert [headers["xkey-purge"] for headers in sent] == ["*"]


@pytest.mark.parametrize("role", Role.values)
def test_console_shows_the_nodes_to_platform_administrators_alone(fake, city, signed_in, role):
    fake.away = {B}
    purge_in_transaction("page:a:1")
    actions.push(A)
    actions.push(B)
    client = signed_in(city, make_central(role))
    answer = client.get("/admin/console/edge/")
    if role != Role.PLATFORM_ADMIN:
        assert answer.status_code == 404
        return
    page = answer.content.decode()
    assert A in page
    assert "正常" in page
    assert "失联" in page
    assert "边缘节点" in client.get("/admin/console/").content.decode()


def test_console_says_that_there_are_no_nodes(city, signed_in, settings):
    settings.VARNISH_NODES = []
    assert "没有配置边缘节点" in signed_in(city, make_central()).get("/admin/console/edge/").content.decode()


def test_public_health_says_nothing_about_nodes(fake, city, client_of):
    fake.away = {A}
    purge_in_transaction("page:a:1")
    actions.push(A)
    answer = client_of(city).get("/healthz")
    assert set(answer.json()["parts"]) == {"database"}


@pytest.mark.needs("varnish")
def test_node_that_was_away_during_purges_is_flushed_whole_when_it_is_back(settings, db, tmp_path, monkeypatch):
    """A real one; a firewall between it and the worker, while readers still reach it."""
    with run_backend() as backend, run_varnish(tmp_path, backend.port) as node:
        settings.VARNISH_NODES = [node.address]
        backend.pages = {path: lambda asked, tags=tags: (200, keep(tags), b"x") for path, tags in PAGES.items()}
        assert actions.revive(node.address)
        fill(node)
        purge_in_transaction("page:a:1")
        assert actions.push(node.address)
        assert [is_hit(node, path) for path in PAGES] == [False, True, True]
        fill(node)
        send = nodes._send
        with monkeypatch.context() as cut:
            cut.setattr(nodes, "_send", lambda pool, _, line: send(pool, f"http://127.0.0.1:{free_port()}", line))
            purge_in_transaction("page:a:1")
            assert not actions.push(node.address)
            assert not actions.revive(node.address)
            assert is_hit(node, "/a/")
        assert actions.revive(node.address)
        assert [is_hit(node, path) for path in PAGES] == [False, False, False]


PAGES = {"/a/": "page:a:1", "/b/": "page:a:2", "/c/": "nav:a,%2C"}


def fill(node):
    for path in PAGES:
        node.ask(path)


def is_hit(node, path):
    return "varnish; hit" in node.ask(path).source


def test_jobs_run_in_no_site(fake, two_sites):
    with enter_site(two_sites.a):
        purge_in_transaction("page:a:1")
        assert tasks.push_to_node(address=A)
    assert tasks.watch_nodes(timestamp=0) == 0
