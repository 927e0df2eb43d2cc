"""Rollouts: who comes first, when they stop, what each site's turn leaves behind, and what a kill can do to it."""

import random
import signal
import subprocess
import sys
import time

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import LedgerEntry
from blueprints import rollouts
from blueprints.comparing import plan_site
from blueprints.models import Condition, Release, Rollout, RolloutState, SiteRelease, SiteTurnState
from blueprints.releasing import ensure_release, verify_release
from blueprints.rollouts import RolloutRefused, plan_rollout, run_turn, start_rollout, stop_rollout
from site_core.models import BasePage
from tenants.current import enter_site
from tenants.kinds import SiteState
from tenants.models import Organisation
from tests.blueprints.real_sites import check_tree
from tests.blueprints.rollout_samples import (
    COUNTY,
    begin,
    change_title,
    current_content,
    list_jobs,
    make_release,
    run_all,
    site_of,
    state,
    state_of,
    take_slug,
    title_of,
    turns_of,
    with_new_node,
    without_node,
)
from tests.factories import make_article, make_central


@pytest.fixture
def pair(two_sites):
    """The two county sites of the prepared database."""
    return [two_sites.a, two_sites.b]


@pytest.fixture
def release(pair):
    """A second release of the counties' blueprint: one column more."""
    return make_release(with_new_node(current_content()))


# -- one site after the other


def test_every_site_gets_the_release_and_the_rollout_ends(release, pair):
    person = make_central()
    rollout = begin(release, pair, acting_user=person)
    assert run_all() == ["kongtong", "jingning"]
    assert state(rollout) == RolloutState.DONE
    for schema in ("kongtong", "jingning"):
        assert title_of(schema, "xinlan") == "新栏目"
        row = SiteRelease.objects.get(site__schema_name=schema)
        assert (row.release, row.condition) == (release, Condition.IN_STEP)
        entry = LedgerEntry.objects.filter(chain=schema, action="release.applied").latest("position")
        assert (entry.detail["release"], entry.detail["changes"]) == (release.number, 1)
    actions = LedgerEntry.objects.filter(chain="platform", object_type__icontains="rollout").order_by("position")
    assert [entry.action for entry in actions] == ["rollout.planned", "rollout.started", "rollout.done"]


def test_planning_changes_nothing_on_the_sites_and_keeps_what_was_found(release, pair):
    before = state_of("kongtong", release.content)
    rollout = plan_rollout(release, pair)
    assert state_of("kongtong", release.content) == before
    assert list_jobs() == []
    assert [turn.plan["changes"][0]["op"] for turn in turns_of(rollout).values()] == ["create", "create"]


def test_applying_twice_changes_nothing(release, pair):
    begin(release, pair)
    run_all()
    before = state_of("kongtong", release.content)
    entries = LedgerEntry.objects.filter(chain="kongtong").count()
    begin(release, pair)
    run_all()
    assert state_of("kongtong", release.content) == before
    assert LedgerEntry.objects.filter(chain="kongtong").count() == entries


def test_site_is_changed_wholly_or_not_at_all(release, pair, monkeypatch):
    before = state_of("kongtong", release.content)

    def fail(*args, **kwargs):
        raise RuntimeError("电源断了")

    monkeypatch.setattr(rollouts, "keep_applied", fail)
    rollout = begin(release, pair[:1], failures_allowed=100)
    run_all()
    turn = turns_of(rollout)["kongtong"]
    assert (turn.state, turn.problem) == (SiteTurnState.FAILED, "RuntimeError：电源断了")
    assert state_of("kongtong", release.content) == before
    assert SiteRelease.objects.get(site__schema_name="kongtong").release.number == 1


# -- stopped, taken up again


def test_blocked_site_is_tried_again_after_its_obstacle_is_gone(release, pair):
    page = take_slug("kongtong", "xinlan")
    rollout = begin(release, pair, failures_allowed=50)
    run_all()
    assert state(rollout) == RolloutState.DONE
    assert turns_of(rollout)["kongtong"].state == SiteTurnState.BLOCKED
    with enter_site("kongtong"), transaction.atomic():
        page.delete()
    begin(release, pair[:1])
    run_all()
    assert title_of("kongtong", "xinlan") == "新栏目"


def test_turn_of_before_a_stop_does_nothing_twice(release, pair):
    rollout = begin(release, pair[:1])
    schema, turn = list_jobs()[0]
    stop_rollout(rollout, "")
    start_rollout(rollout)  # the job of before is still queued
    with enter_site(schema):
        run_turn(turn)
        run_turn(turn)
    assert (
        LedgerEntry.objects.filter(chain=schema, action="release.applied", detail__release=release.number).count() == 1
    )
    assert state(rollout) == RolloutState.DONE


def test_rollout_that_is_done_or_runs_is_not_started(release, pair):
    rollout = begin(release, pair)
    with pytest.raises(RolloutRefused, match="正在进行"):
        start_rollout(rollout)
    run_all()
    with pytest.raises(RolloutRefused, match="已经完成"):
        start_rollout(rollout)
    with pytest.raises(RolloutRefused, match="没有在进行"):
        stop_rollout(rollout, "")


def test_two_rollouts_of_one_blueprint_do_not_run_at_a_time(release, pair):
    first, second = plan_rollout(release, pair[:1]), plan_rollout(release, pair[1:])
    start_rollout(first)
    with pytest.raises(RolloutRefused, match=f"编号 {first.pk}"):
        start_rollout(second)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rollout.objects.filter(pk=second.pk).update(state=RolloutState.RUNNING)
    run_all()
    start_rollout(second)


# -- what is refused, who takes part


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"batch_size": 0}, "1 至 50"),
        ({"batch_size": 51}, "1 至 50"),
        ({"failures_allowed": 101}, "0 至 100"),
        ({"failures_allowed": -1}, "0 至 100"),
    ],
)
def test_rollout_with_bad_numbers_is_refused(release, pair, options, message):
    with pytest.raises(RolloutRefused, match=message):
        plan_rollout(release, pair, **options)


def test_rollout_without_sites_or_to_strangers_is_refused(release, pair, city):
    with pytest.raises(RolloutRefused, match="至少选择一个"):
        plan_rollout(release, [])
    with pytest.raises(RolloutRefused, match="不属于此蓝图的类别：市司法局"):
        plan_rollout(release, [*pair, city])
    with pytest.raises(RolloutRefused, match="试点网站"):
        plan_rollout(release, pair[:1], canaries=pair[1:])


def set_state(schema, state):
    Organisation.objects.filter(schema_name=schema).update(state=state)
    return site_of(schema)


def test_suspended_and_trial_sites_take_part(release, pair):
    sites = [set_state("kongtong", SiteState.SUSPENDED), set_state("jingning", SiteState.TRIAL)]
    rollout = begin(release, sites)
    run_all()
    assert {turn.state for turn in turns_of(rollout).values()} == {SiteTurnState.DONE}


def test_archived_site_is_left_out(release, pair):
    planned = plan_rollout(release, pair)
    archived = set_state("kongtong", SiteState.ARCHIVED)
    with pytest.raises(RolloutRefused, match="已归档"):
        plan_rollout(release, [archived])
    start_rollout(planned)
    assert run_all() == ["jingning"]
    assert title_of("kongtong", "xinlan") is None
    assert list(turns_of(planned)) == ["jingning"]


def test_site_that_is_archived_while_it_waits_is_left_as_it_is(release, pair):
    rollout = begin(release, pair, failures_allowed=100)
    set_state("kongtong", SiteState.ARCHIVED)
    run_all()
    turn = turns_of(rollout)["kongtong"]
    assert (turn.state, turn.problem) == (SiteTurnState.FAILED, "网站已归档，不能再更改。")
    assert (title_of("kongtong", "xinlan"), title_of("jingning", "xinlan")) == (None, "新栏目")


def tamper(release):
    """Change a release where the triggers are switched off, as only the owner of the database can."""
    data = {**release.data, "sections_fixed": not release.data["sections_fixed"]}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE blueprints_release DISABLE TRIGGER blueprints_release_immutable")
        Release.objects.filter(pk=release.pk).update(data=data)
        cursor.execute("ALTER TABLE blueprints_release ENABLE ALWAYS TRIGGER blueprints_release_immutable")
    return Release.objects.select_related("blueprint").get(pk=release.pk)


def test_tampered_release_is_refused_at_each_step(release, pair):
    planned, running = plan_rollout(release, pair[:1]), plan_rollout(release, pair[1:])
    start_rollout(running)
    tampered = tamper(release)
    assert not verify_release(tampered)
    with pytest.raises(RolloutRefused, match="签名不符"):
        plan_rollout(tampered, pair)
    run_all()
    assert "签名不符" in turns_of(running)["jingning"].problem
    assert title_of("jingning", "xinlan") is None
    with pytest.raises(RolloutRefused, match="签名不符"):
        start_rollout(planned)


# -- back and forth


def test_rollback_leads_to_any_earlier_release(pair):
    content = current_content()
    first = ensure_release(COUNTY)
    before = state_of("kongtong", content)
    second = make_release(with_new_node(change_title(content, "pufa", "普法天地")))
    third = make_release(with_new_node(second.content, "disan", "第三栏"))
    for each in (second, third):
        begin(each, pair)
        run_all()
    assert title_of("kongtong", "disan") == "第三栏"
    begin(first, pair, kind="rollback")
    run_all()
    assert state_of("kongtong", content) == before
    row = SiteRelease.objects.get(site__schema_name="kongtong")
    assert (row.release, row.condition) == (first, Condition.BEHIND)
    assert row.findings["update"]["changes"]
    with enter_site("kongtong"):
        check_tree()


def test_removed_column_with_content_is_kept_flagged_and_adopted_again(pair):
    content = current_content()
    first = ensure_release(COUNTY)
    article = make_article(pair[0], column=content.find_node("pufa_flzs").slug)
    second = make_release(without_node(content, "pufa_flzs"))
    rollout = plan_rollout(second, pair[:1])
    plan = turns_of(rollout)["kongtong"].plan
    assert [(change["op"], change["node"]) for change in plan["changes"]] == [("retire", "pufa_flzs")]
    start_rollout(rollout)
    run_all()
    with enter_site("kongtong"):
        page = BasePage.objects.get(node_key="pufa_flzs")
        assert (page.live, page.locks) == (True, [])
        assert BasePage.objects.filter(pk=article.pk, live=True).exists()
    row = SiteRelease.objects.get(site__schema_name="kongtong")
    assert row.condition == Condition.IN_STEP
    assert [flag["kind"] for flag in row.findings["drift"]["flags"]] == ["retired"]
    found = plan_site(site_of("kongtong"), first)
    assert [(change.op, change.node) for change in found.changes] == [("adopt", "pufa_flzs")]
    begin(first, pair[:1], kind="rollback")
    run_all()
    with enter_site("kongtong"):
        again = BasePage.objects.get(node_key="pufa_flzs")
        assert (again.pk, bool(again.locks)) == (page.pk, True)


def test_person_without_rights_on_the_site_rolls_out_whatever_is_planned(pair):
    """Platform administrators are in no group of the sites: Wagtail itself would let them delete nothing there."""
    content, person = current_content(), make_central()
    more = with_new_node(with_new_node(content), "disan", "第三栏", parent="xinlan")
    for each in (more, without_node(change_title(without_node(content, "dwdj"), "pufa", "普法天地"), "disan")):
        rollout = begin(make_release(each), pair[:1], acting_user=person)
        run_all()
        assert (state(rollout), turns_of(rollout)["kongtong"].problem) == (RolloutState.DONE, "")
    assert title_of("kongtong", "xinlan") is title_of("kongtong", "disan") is title_of("kongtong", "dwdj") is None


# -- a worker that is killed

KILLS = 3  # the benches make fifty


def start_worker(cluster_db):
    command = [sys.executable, "-W", "ignore", "manage.py", "work"]
    return subprocess.Popen(command, env=cluster_db.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def look(schema, content):
    """What readers and editors would find, without what differs from one making to the next."""
    found = state_of(schema, content)
    pages = sorted(
        (page.node_key, page.slug, page.title, page.is_live, tuple(sorted(page.locks)), page.label)
        for page in found.pages
    )
    return pages, found.sections, found.look


@pytest.mark.kill
def test_killed_workers_leave_every_site_before_or_after_and_a_rerun_completes(cluster_db):
    content = current_content()
    schemas = ["kongtong", "jingning"]
    changed = change_title(without_node(content, "dwdj"), "pufa", "普法天地")
    second = make_release(with_new_node(changed))
    for schema in schemas:
        make_article(site_of(schema), column="pufa")
    releases = {1: ensure_first(), 2: second}
    sites = [site_of(schema) for schema in schemas]
    expected = {}
    for number in (2, 1):
        begin(releases[number], sites)
        finish(cluster_db)
        expected[number] = {schema: look(schema, content) for schema in schemas}
    assert expected[1] != expected[2]
    chance = random.Random(20261126)  # noqa: S311 - when to kill is no secret
    for kill in range(KILLS):
        number = 2 - kill % 2
        rollout = begin(releases[number], sites)
        worker = start_worker(cluster_db)
        wait_for_work(worker)
        time.sleep(chance.uniform(0, 0.6))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        connection.close()
        for schema in schemas:
            assert look(schema, content) in (expected[1][schema], expected[2][schema])
            stands = SiteRelease.objects.get(site__schema_name=schema).release.number
            assert look(schema, content) == expected[stands][schema]
        finish(cluster_db)
        assert state(rollout) == RolloutState.DONE
        assert {schema: look(schema, content) for schema in schemas} == expected[number]
        for schema in schemas:
            with enter_site(schema):
                check_tree()


def test_rollout_goes_on_while_a_worker_is_still_at_a_site(cluster_db):
    """The worker holds the turn and will ask for the rollout: whoever starts it holds that, and must not wait for the turn."""
    release = make_release(with_new_node(current_content()))
    rollout = begin(release, [site_of("kongtong"), site_of("jingning")], batch_size=1)
    stop_rollout(rollout, "")
    first = turns_of(rollout)["kongtong"]
    wanted = {"host", "port", "user", "password", "dbname"}
    params = {key: value for key, value in connection.get_connection_params().items() if key in wanted}
    with psycopg.connect(**params) as worker:
        worker.execute("SELECT 1 FROM blueprints_siteturn WHERE id = %s FOR UPDATE", [first.pk])
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            start_rollout(rollout)
    assert turns_of(rollout)["kongtong"].state == SiteTurnState.QUEUED
    assert len(list_jobs()) == 1  # the batch is full
    run_all()
    assert state(rollout) == RolloutState.DONE


def ensure_first():
    return Release.objects.select_related("blueprint").get(blueprint__kind=COUNTY, number=1)


def wait_for_work(worker):
    """Until the worker took up a turn: a kill before that is no test."""
    deadline = time.monotonic() + 60
    jobs = ProcrastinateJob.objects.filter(queue_name="rollouts")
    while not jobs.filter(status="doing").exists() and jobs.exists():
        assert worker.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)


def finish(cluster_db):
    """A worker takes up what is left, that of the killed one too."""
    worker = start_worker(cluster_db)
    try:
        deadline = time.monotonic() + 90
        while Rollout.objects.filter(state__in=["canaries", "running"]).exists():
            assert worker.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
    finally:
        worker.terminate()
        worker.wait()
