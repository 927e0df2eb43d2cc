"""Comparison of sites with their release: each condition, what is kept, what is missing, and the nightly job."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from blueprints.comparing import compare_current_site
from blueprints.models import Condition, SiteRelease
from blueprints.releasing import ensure_release
from blueprints.tasks import compare_with_release
from tenants.current import enter_site
from tenants.jobs import defer_for_sites
from tenants.kinds import SiteState
from tenants.models import Organisation
from tests.blueprints.rollout_samples import (
    COUNTY,
    change_title,
    current_content,
    drift_title,
    make_release,
    site_of,
    take_slug,
    with_new_node,
)


def compare(schema="kongtong"):
    with enter_site(schema):
        found = compare_current_site()
    row = SiteRelease.objects.get(site__schema_name=schema)
    assert row.condition == found.condition
    assert row.findings == found.to_json()
    return found


def test_fresh_site_is_in_step_and_lacks_what_nobody_filled_in(two_sites):
    found = compare()
    assert found.condition == Condition.IN_STEP
    assert found.drift.is_in_step
    assert "ICP备案号" in "".join(found.missing) or found.missing
    with enter_site("kongtong"):
        Organisation.objects.filter(schema_name="kongtong").update(icp_number="陇ICP备12345678号-1")
    assert len(compare().missing) == len(found.missing) - 1


def test_site_is_behind_when_a_newer_release_was_published(two_sites):
    make_release(with_new_node(current_content()))
    found = compare()
    assert found.condition == Condition.BEHIND
    assert found.drift.is_in_step
    assert [change.op for change in found.update.changes] == ["create"]


def test_site_has_drifted_when_something_locked_was_changed(two_sites):
    drift_title("kongtong", "tzgg", "自己的名称")
    found = compare()
    assert found.condition == Condition.DRIFTED
    assert [change.describe() for change in found.drift.changes] == ["改名称：‘自己的名称’ → ‘通知公告’"]
    assert compare("jingning").condition == Condition.IN_STEP


def test_drift_weighs_more_than_a_newer_release(two_sites):
    make_release(change_title(current_content(), "pufa", "普法天地"))
    drift_title("kongtong", "tzgg", "自己的名称")
    found = compare()
    assert found.condition == Condition.DRIFTED
    assert len(found.update.changes) == 2


def test_site_is_blocked_when_something_stands_in_the_way_of_the_next_release(two_sites):
    make_release(with_new_node(current_content()))
    take_slug("kongtong", "xinlan")
    found = compare()
    assert found.condition == Condition.BLOCKED
    assert "本地的" in found.update.obstacles[0].describe()


@pytest.mark.parametrize("has_row", [True, False])
def test_site_on_no_release_is_not_adopted(two_sites, has_row):
    rows = SiteRelease.objects.filter(site=two_sites.a)
    rows.update(release=None) if has_row else rows.delete()
    found = compare()
    assert found.condition == Condition.UNADOPTED
    assert found.drift.is_in_step
    assert {change.op for change in found.update.changes} == {"adopt"}


def test_comparison_changes_nothing_on_the_site(two_sites, django_assert_max_num_queries):
    ensure_release(COUNTY)
    compare()
    with enter_site("kongtong"), django_assert_max_num_queries(20):
        compare_current_site()


def test_every_site_is_compared_by_night_and_by_button(two_sites):
    Organisation.objects.filter(schema_name="jingning").update(state=SiteState.ARCHIVED)
    queued = defer_for_sites(compare_with_release)
    assert "kongtong" in queued
    assert "jingning" not in queued
    assert ProcrastinateJob.objects.filter(task_name=compare_with_release.name).count() == len(queued)
    with enter_site(site_of("kongtong")):
        assert compare_with_release() == Condition.IN_STEP


def test_words_of_all_findings_can_be_read_again(two_sites):
    from blueprints.compliance_selectors import read_findings

    make_release(with_new_node(current_content()))
    take_slug("kongtong", "xinlan")
    drift_title("kongtong", "tzgg", "自己的名称")
    found = compare()
    again = read_findings(SiteRelease.objects.get(site=two_sites.a))
    assert (again.drift, again.update, again.missing) == (found.drift, found.update, found.missing)
    sentences = again.list_sentences(Condition.BLOCKED)
    assert "本地的" in sentences[0]
    assert sentences[1] == "改名称：‘自己的名称’ → ‘通知公告’"
    assert sentences[2].startswith("未填写：")
