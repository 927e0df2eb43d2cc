"""What a plan says, rule by rule, on plain data."""

import time
from dataclasses import replace

from blueprints.aiming import aim_at
from blueprints.changes import Change, SitePlan
from blueprints.content import Section
from blueprints.planning import plan
from blueprints.planning_home import arrange_sections
from blueprints.site_state import LookState
from tests.blueprints.site_samples import (
    HOME,
    INFO,
    change_node,
    change_page,
    empty_site,
    make_content,
    make_node,
    make_page,
    restate,
    simulate,
)

FREE = {"locks": ()}
THREE = ("reviewer_1", "reviewer_2", "reviewer_3")


def take(content, state=None, base=None):
    """The site after the release."""
    state = state or empty_site()
    return simulate(state, aim_at(state, content, base), content)


def ops(found):
    return [(change.op, change.node) for change in found.changes]


def test_columns_are_made_parents_first_in_the_order_of_the_blueprint():
    content = make_content(make_node("below", parent="above"), "first", "above")
    found = plan(empty_site(), content, None)
    assert ops(found)[:3] == [("create", "first"), ("create", "above"), ("create", "below")]
    assert found.changes[2].describe() == "新建栏目‘栏目below’（below），位于‘栏目above’之下"
    site = take(content)
    assert [page.node_key for page in site.pages] == ["", "first", "above", "below"]
    assert plan(site, content, content) == SitePlan()


def test_page_that_has_the_key_already_is_adopted_and_only_what_is_locked_is_set():
    page = make_page(5, node_key="a", title="旧名", slug="a", layout="cards", description="自己写的")
    content = make_content(make_node("a", description="蓝图写的", locks=("existence", "title")))
    found = plan(empty_site(page), content, None)
    assert ops(found)[:2] == [("adopt", "a"), ("rename", "a")]
    assert found.changes[0].details == (("锁定项", "", "必须存在、名称"),)
    values = take(content, empty_site(page)).by_node["a"].values
    assert (values["title"], values["layout"], values["description"]) == ("栏目a", "cards", "自己写的")


def test_locked_value_is_restored_and_unlocked_one_is_the_sites_own():
    content = make_content(make_node("a", locks=("title",)))
    site = change_page(take(content), take(content).by_node["a"].id, title="我的", layout="cards")
    assert [change.op for change in plan(site, content, content).changes] == ["rename"]


def test_unlocked_value_follows_only_while_the_site_has_that_of_the_release_before():
    old = make_content(make_node("a", **FREE), make_node("b", **FREE))
    new = change_node(change_node(old, "a", title="新a"), "b", title="新b")
    site = change_page(take(old), take(old).by_node["b"].id, title="我的b")
    assert ops(plan(site, new, old)) == [("rename", "a")]


def test_new_address_tells_how_many_pages_it_takes_along():
    old = make_content("a", make_node("b", parent="a"))
    site = change_page(take(old), take(old).by_node["b"].id, content=49)
    (change,) = plan(site, change_node(old, "a", slug="new"), old).changes
    assert change.describe() == "改网址：a → new（其下 50 个页面的网址随之改变）"


def test_slugs_of_siblings_may_be_exchanged():
    old = make_content("a", "b", "c")
    new = change_node(change_node(change_node(old, "a", slug="b"), "b", slug="c"), "c", slug="a")
    found = plan(take(old), new, old)
    assert found.obstacles == ()
    assert ops(found) == [("reslug", "a"), ("reslug", "b"), ("reslug", "c")]


def test_parent_and_child_may_change_places():
    old = make_content("a", make_node("b", parent="a"))
    new = make_content("b", make_node("a", parent="b"))
    assert plan(take(new, take(old), old), new, new) == SitePlan()


def test_own_places_of_a_site_that_would_close_a_circle_give_way():
    old = make_content("a", make_node("b", **FREE))
    site = change_page(take(old), take(old).by_node["b"].id, parent_id=take(old).by_node["a"].id)
    new = make_content(make_node("a", parent="b"), make_node("b", **FREE))
    found = plan(site, new, old)
    assert ops(found)[:2] == [("move", "b"), ("move", "a")]
    assert plan(take(new, site, old), new, new) == SitePlan()


def test_order_of_nodes_is_set_and_local_pages_keep_their_slots():
    content = make_content("a", "b", "c")
    site = take(content)
    mixed = [site.by_node["c"].id, 50, site.by_node["a"].id, site.by_node["b"].id]
    pages = [site.home, *(replace(site.by_id.get(pk) or make_page(pk), position=n + 1) for n, pk in enumerate(mixed))]
    site = restate(site, pages)
    (change,) = plan(site, content, content).changes
    assert change.describe() == "调整‘首页’之下的顺序：栏目c、栏目a、栏目b → 栏目a、栏目b、栏目c"
    assert [page.node_key for page in take(content, site, content).pages[1:]] == ["a", "", "b", "c"]


def test_new_node_stands_behind_the_one_before_it():
    old = make_content("a", "c")
    site = take(make_content("a", "b", "c"), take(old), old)
    assert [page.node_key for page in site.pages[1:]] == ["a", "b", "c"]


def test_own_order_of_unlocked_nodes_stays_and_an_untouched_one_follows():
    old = make_content(*(make_node(key, **FREE) for key in "abc"))
    new = replace(old, nodes=old.nodes[::-1])
    site = take(old)
    assert ops(plan(site, new, old)) == [("reorder", "")]
    own = change_page(site, site.by_node["a"].id, position=2.5)
    assert plan(own, new, old).changes == ()


def test_node_that_left_is_removed_where_it_is_empty_and_kept_where_it_is_not():
    old = make_content("a", make_node("b", parent="a"), "c")
    site = change_page(take(old), take(old).by_node["c"].id, content=7)
    found = plan(site, make_content("x"), old)
    assert [each for each in ops(found) if each[0] in {"remove", "retire"}] == [
        ("retire", "c"),
        ("remove", "b"),
        ("remove", "a"),
    ]
    assert [flag.kind for flag in found.flags] == ["retired"]
    after = take(make_content("x"), site, old)
    assert after.by_node["c"].locks == frozenset()
    assert after.by_node["c"].content == 7


def test_node_that_left_stays_while_a_page_below_stays():
    old = make_content("a", make_node("b", parent="a"))
    site = take(old)
    site = restate(site, [*site.pages, make_page(9, site.by_node["b"].id)])
    assert [change.op for change in plan(site, make_content(), old).changes] == ["retire", "retire"]


def test_written_standing_page_is_content():
    old = make_content(make_node("a", page_type=INFO))
    site = take(old)
    assert ops(plan(site, make_content(), old)) == [("remove", "a")]
    site = change_page(site, site.by_node["a"].id, is_written=True)
    assert ops(plan(site, make_content(), old)) == [("retire", "a")]


def test_retired_node_is_adopted_again_when_it_comes_back():
    first, empty = make_content("a"), make_content()
    site = change_page(take(first), take(first).by_node["a"].id, content=1)
    retired = take(empty, site, first)
    assert ops(plan(retired, first, empty)) == [("adopt", "a")]


def test_unlocked_node_that_the_site_removed_is_not_made_again_unless_something_stands_below():
    content = make_content(make_node("a", **FREE))
    assert plan(empty_site(**_settled(content)), content, content) == SitePlan()
    deeper = make_content(make_node("a", **FREE), make_node("b", parent="a"))
    assert ops(plan(empty_site(**_settled(content)), deeper, content)) == [("create", "a"), ("create", "b")]


def _settled(content):
    site = take(content)
    return {"rules": {HOME: site.rules[HOME]}, "section_rules": site.section_rules, "look": site.look}


def test_what_must_exist_is_made_public_again():
    content = make_content("a", make_node("b", locks=("title",)))
    site = take(content)
    for key in "ab":
        site = change_page(site, site.by_node[key].id, is_live=False, is_restricted=True, expires=True)
    site = change_page(site, HOME, is_restricted=True)
    assert ops(plan(site, content, content)) == [("open", ""), ("republish", "a"), ("unexpire", "a"), ("open", "a")]


def test_slug_that_a_local_page_has_is_in_the_way_and_one_that_leaves_is_not():
    site = empty_site(make_page(5, slug="a", title="本地的"))
    (found,) = plan(site, make_content("a"), None).obstacles
    assert (found.kind, found.node, found.address) == ("slug", "a", "/a/")
    assert "“本地的”占用" in found.message
    old = make_content(make_node("leaves", slug="a"))
    assert plan(take(old), make_content("a"), old).obstacles == ()


def test_page_of_another_type_is_replaced_where_it_is_empty_and_in_the_way_where_not():
    old, new = make_content("a"), make_content(make_node("a", page_type=INFO))
    found = plan(take(old), new, old)
    assert ops(found) == [("retype", "a")]
    assert found.changes[0].describe() == "更换页面类型：‘栏目a’（a），栏目 → 信息页（原页面没有内容）"
    assert plan(take(new, take(old), old), new, new) == SitePlan()
    full = change_page(take(old), take(old).by_node["a"].id, content=1)
    assert [each.kind for each in plan(full, new, old).obstacles] == ["type"]


def test_parent_that_may_not_hold_the_page_is_in_the_way():
    old = make_content(make_node("a", **FREE))
    site = take(old)
    topic = make_page(9, label="site_core.TopicPage", slug="topic")
    site = restate(site, [*site.pages, topic])
    site = change_page(site, site.by_node["a"].id, parent_id=9)
    assert [each.kind for each in plan(site, old, old).obstacles] == ["parent"]


def test_reserved_address_below_the_home_page_is_in_the_way():
    old = make_content("a", make_node("b", parent="a", locks=("place",)))
    site = change_page(take(old), take(old).by_node["b"].id, slug="search")
    assert [each.kind for each in plan(site, make_content("a", make_node("b", locks=("place",))), old).obstacles] == [
        "slug"
    ]


def test_rules_of_review_are_given_once_and_taken_back_but_own_ones_stay():
    content = make_content(make_node("a", workflow="three"), make_node("b", workflow="three", locks=("review",)))
    site = take(content)
    a, b = site.by_node["a"].id, site.by_node["b"].id
    assert site.rules == {HOME: (), a: THREE, b: THREE}
    own = replace(site, rules={HOME: ("reviewer_2",), a: ("reviewer_2",), b: ("reviewer_2",)})
    assert ops(plan(own, content, content)) == [("rule", "b")]
    without = change_node(change_node(content, "a", workflow=""), "b", workflow="")
    assert take(without, site, content).rules == {HOME: ()}
    assert take(without, own, content).rules == {HOME: ("reviewer_2",), a: ("reviewer_2",)}


def test_sections_are_added_where_they_belong_and_sorted_where_the_order_is_fixed():
    listed = tuple(Section(key, {}, key != "c") for key in "abcd")
    free, fixed = make_content(sections=listed), make_content(sections=listed, sections_fixed=True)
    assert arrange_sections(free, ()) == ["a", "b", "d"]
    assert arrange_sections(free, ("x", "b", "y")) == [0, "a", 1, "d", 2]
    assert arrange_sections(free, ("d", "x", "b", "a")) == [0, 1, 2, 3]
    assert arrange_sections(fixed, ("d", "x", "b", "c", "a")) == [4, 2, 3, 0, 1]
    assert [flag.kind for flag in plan(empty_site(sections=("a", "x", "x")), fixed, None).flags] == ["section"]


def test_palette_that_is_not_allowed_any_more_gives_way_to_the_default():
    site = empty_site(look=LookState("", (), "red"))
    content = make_content(theme="official", palettes=("blue",))
    change = next(each for each in plan(site, content, None).changes if each.op == "retheme")
    assert change.details == (("主题", "按网站类别", "official"), ("可选配色", "全部", "blue"), ("配色", "red", "默认"))
    assert take(content, site).look == LookState("official", ("blue",), "")


def test_every_change_has_a_sentence_and_survives_json():
    site = empty_site(make_page(5, node_key="old", locks=frozenset({"title"})))
    found = plan(site, make_content("a"), make_content("old"))
    assert SitePlan.from_json(found.to_json()) == found
    assert all(each.describe() for each in found.changes)
    change = found.changes[0]
    assert Change.from_json(change.to_json()) == change


def test_plan_of_seventy_nodes_is_quick():
    content = make_content(*(make_node(f"n{n}", parent=f"n{n // 8}" if n > 7 else "") for n in range(70)))
    site = take(content)
    plan(site, content, content)
    started = time.process_time()
    for _ in range(10):
        plan(site, content, content)
    assert (time.process_time() - started) / 10 < 0.02  # 4 ms at rest
