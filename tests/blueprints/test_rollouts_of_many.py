"""Rollouts over many sites: canaries first, batches, the share of failures that stops them, a stop and going on."""

import pytest
from django.db import transaction

from blueprints.models import Rollout, RolloutState, SiteTurn, SiteTurnState
from blueprints.rollouts import start_rollout, stop_rollout
from tests.blueprints.rollout_samples import (
    begin,
    current_content,
    list_jobs,
    make_county,
    make_release,
    run_all,
    run_job,
    site_of,
    state,
    take_slug,
    title_of,
    turns_of,
    with_new_node,
)


@pytest.fixture(scope="module")
def made(module_database):
    """Four counties more: the making of a site takes a second, so all tests of this module have the same."""
    for number in range(4):
        make_county(f"xian{number}", f"第{number}县")


@pytest.fixture
def six(made):
    """Six county sites; the test's changes are rolled back."""
    with transaction.atomic():
        yield [site_of(schema) for schema in ("kongtong", "jingning", "xian0", "xian1", "xian2", "xian3")]
        transaction.set_rollback(True)


@pytest.fixture
def release(six):
    """A second release of the counties' blueprint: one column more."""
    return make_release(with_new_node(current_content()))


def test_canaries_go_first_and_the_others_wait_for_all_of_them(six, release):
    rollout = begin(release, six, canaries=six[3:5], batch_size=6)
    assert [schema for schema, _ in list_jobs()] == ["xian1", "xian2"]
    assert state(rollout) == RolloutState.CANARIES
    run_job(*list_jobs()[0])
    assert [schema for schema, _ in list_jobs()] == ["xian2"]
    run_job(*list_jobs()[0])
    assert state(rollout) == RolloutState.RUNNING
    assert sorted(schema for schema, _ in list_jobs()) == ["jingning", "kongtong", "xian0", "xian3"]
    run_all()
    assert state(rollout) == RolloutState.DONE


def test_failed_canary_stops_the_rollout_before_any_other_site(six, release):
    take_slug("xian1", "xinlan")
    rollout = begin(release, six, canaries=six[3:4], failures_allowed=100)
    assert run_all() == ["xian1"]
    found = Rollout.objects.get(pk=rollout.pk)
    assert found.state == RolloutState.STOPPED
    assert "试点网站“第1县司法局”未成功" in found.stop_reason
    assert "本地的" in found.stop_reason
    assert turns_of(rollout)["xian1"].state == SiteTurnState.BLOCKED
    assert title_of("kongtong", "xinlan") is None


def test_rollout_stops_above_the_share_of_failures_and_not_at_it(six, release):
    take_slug("kongtong", "xinlan")
    rollout = begin(release, six, batch_size=1, failures_allowed=17)
    run_all()
    assert state(rollout) == RolloutState.DONE
    rollout = begin(release, six, batch_size=1, failures_allowed=16)
    assert run_all() == ["kongtong"]
    found = Rollout.objects.get(pk=rollout.pk)
    assert (found.state, "超过允许的 16%" in found.stop_reason) == (RolloutState.STOPPED, True)


def test_no_more_sites_are_queued_than_the_batch_allows(six, release):
    begin(release, six, batch_size=2)
    seen = []
    while jobs := list_jobs():
        seen.append(len(jobs))
        assert SiteTurn.objects.filter(state=SiteTurnState.QUEUED).count() == len(jobs)
        run_job(*jobs[-1])
    assert seen == [2, 2, 2, 2, 2, 1]


def test_stopped_rollout_begins_no_further_site_and_goes_on_when_asked(six, release):
    rollout = begin(release, six, batch_size=2)
    first, second = list_jobs()
    run_job(*first)
    stop_rollout(rollout, "先看看", acting_user=None)
    run_job(*second)
    assert title_of(second[0], "xinlan") is None
    assert turns_of(rollout)[second[0]].state == SiteTurnState.WAITING
    run_all()
    assert state(rollout) == RolloutState.STOPPED
    assert Rollout.objects.get(pk=rollout.pk).stop_reason == "先看看"
    start_rollout(rollout)
    run_all()
    assert state(rollout) == RolloutState.DONE
    assert {turn.state for turn in turns_of(rollout).values()} == {SiteTurnState.DONE}
