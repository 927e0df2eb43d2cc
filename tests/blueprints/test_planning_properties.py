"""Any reachable state of a site, and any release: apply, verify in step, and again nothing to do."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from blueprints.aiming import aim_at
from blueprints.applying import SiteBlocked, apply_release
from blueprints.changes import SitePlan
from blueprints.planning import plan
from blueprints.site_state import read_site_state
from site_core.models import ArticlePage
from tests.blueprints.real_sites import check_tree, clear_site, drift
from tests.blueprints.site_samples import contents, edit, empty_site, simulate

PURE = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
REAL = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])


def reach(draw):
    """A site that took a release, or none, and then lived; with the content of the release."""
    state, base = empty_site(), draw(st.none() | contents())
    if base:
        state = simulate(state, aim_at(state, base, None), base)
    for _ in range(draw(st.integers(0, 6))):
        state = edit(state, draw)
    return state, base


@PURE
@given(st.data())
def test_site_is_in_step_after_any_release_and_nothing_is_lost(data):
    state, base = reach(data.draw)
    content = data.draw(contents())
    found = plan(state, content, base)
    assert SitePlan.from_json(found.to_json()) == found
    assert all(change.describe() for change in found.changes)
    assert all(notice.describe() for notice in [*found.obstacles, *found.flags])
    assume(not found.obstacles)
    after = simulate(state, aim_at(state, content, base), content)
    assert plan(after, content, content).changes == ()
    assert plan(after, content, content).obstacles == ()
    assert sum(page.content for page in after.pages) == sum(page.content for page in state.pages)
    left = {page.id for page in after.pages}
    kept = {page.id for page in state.pages if not page.node_key or page.content or page.is_written}
    assert kept <= left


@PURE
@given(st.data())
def test_unlocked_things_stay_the_sites_own_while_the_blueprint_does_not_change_its_mind(data):
    state, base = reach(data.draw)
    assume(base is not None)
    after = simulate(state, aim_at(state, base, base), base)
    for node in base.nodes:
        page = state.by_node.get(node.key)
        if page and after.by_node[node.key].id == page.id:
            held = {"title": "title", "slug": "slug", "layout": "template"}
            for name, lock in held.items():
                if name in page.values and lock not in node.locks:
                    assert after.by_node[node.key].values[name] == page.values[name]


@pytest.fixture
def empty(in_kongtong):
    """A site with a home page and nothing else; each example is rolled back to it."""
    clear_site()


@REAL
@given(data=st.data())
def test_real_site_is_in_step_after_any_release_and_nothing_is_lost(empty, data):
    with transaction.atomic():
        base = data.draw(contents())
        apply_release(base, None)
        drift(data.draw, data.draw(st.integers(2, 7)))
        articles = set(ArticlePage.objects.values_list("pk", "title"))
        content = data.draw(contents())
        if plan(read_site_state(content), content, base).obstacles:
            with pytest.raises(SiteBlocked):
                apply_release(content, base)
        else:
            apply_release(content, base)
            assert plan(read_site_state(content), content, content).is_in_step
            assert apply_release(content, content).is_in_step
        assert set(ArticlePage.objects.values_list("pk", "title")) == articles
        check_tree()
        transaction.set_rollback(True)
