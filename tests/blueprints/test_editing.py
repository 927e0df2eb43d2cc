"""Edits of a blueprint: whatever is done to the tree it stays one; each edit does one thing; differences tell it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints import editing
from blueprints.content import Content, Node, Section, Workflow, to_canonical_json
from blueprints.content_checks import list_problems
from blueprints.differences import list_differences
from blueprints.editing import EditRefused
from blueprints.shipped import read_shipped
from tenants.kinds import SiteKind
from tests.blueprints.contents import GOOD

KEYS = tuple("abcdefgh")
_keys = st.sampled_from(KEYS)
_edits = st.lists(
    st.one_of(
        st.tuples(st.just("add"), _keys, st.sampled_from(["", *KEYS]), st.sampled_from(["", *KEYS])),
        st.tuples(st.sampled_from(list(editing.MOVES)), _keys),
        st.tuples(st.just("place"), _keys, st.sampled_from(["", *KEYS]), st.integers(-2, 9)),
        st.tuples(st.just("remove"), _keys, st.booleans()),
        st.tuples(st.just("parent"), _keys, st.sampled_from(["", *KEYS])),
    ),
    max_size=30,
)


def apply_edit(content: Content, edit: tuple) -> Content:
    """The content after the edit; itself where the edit is refused."""
    name, key, *rest = edit
    try:
        if name == "add":
            return editing.add_node(content, Node(key, key, key, parent=rest[0]), after=rest[1])
        if name == "place":
            return editing.place_node(content, key, *rest)
        if name == "remove":
            return editing.remove_node(content, key, with_children=rest[0])
        if name == "parent":
            return editing.change_node(content, key, parent=rest[0])
        return editing.MOVES[name](content, key)
    except EditRefused as refusal:
        assert str(refusal)  # noqa: PT017 - every refusal says why
        return content


def tree(content: Content, parent: str = "") -> str:
    """The keys of the tree as `a(bc)d`."""
    rows = [(node.key, tree(content, node.key)) for node in content.list_children(parent)]
    return "".join(f"{key}({below})" if below else key for key, below in rows)


def make(text: str) -> Content:
    """What `tree` reads."""
    nodes, above, last = [], [""], ""
    for sign in text:
        if sign == "(":
            above.append(last)
        elif sign == ")":
            above.pop()
        else:
            nodes.append(Node(sign, sign, sign, parent=above[-1]))
            last = sign
    return Content("county_bureau", tuple(nodes))


@given(_edits)
def test_tree_stays_a_tree_whatever_is_done_to_it(edits):
    content = Content("county_bureau")
    for edit in edits:
        before = content
        content = apply_edit(content, edit)
        keys = [node.key for node in content.nodes]
        assert len(keys) == len(set(keys))
        for place, node in enumerate(content.nodes):
            assert not node.parent or node.parent in keys[:place]  # parents first
        assert list(content.nodes) == [node for node, _ in content.walk()]  # in tree order, nothing lost
        if edit[0] in (*editing.MOVES, "place", "parent"):
            assert set(keys) == {node.key for node in before.nodes}
        if edit[0] in ("up", "down", "place") and tree(before) == tree(content):
            assert content == before


@given(_edits)
def test_differences_are_told_where_there_are_any(edits):
    before = make("ab(cd)e")
    after = before
    for edit in edits:
        after = apply_edit(after, edit)
    assert bool(list_differences(before, after)) == (before != after)


@pytest.mark.parametrize(
    ("before", "move", "key", "after"),
    [
        ("abc", "up", "b", "bac"),
        ("ab(cd)e", "up", "e", "aeb(cd)"),
        ("ab(cd)e", "down", "a", "b(cd)ae"),
        ("abc", "in", "b", "a(b)c"),
        ("a(x)bc", "in", "b", "a(xb)c"),
        ("ab(cd)e", "out", "c", "ab(d)ce"),
        ("ab(cd)e", "in", "b", "a(b(cd))e"),
    ],
)
def test_moves(before, move, key, after):
    assert tree(editing.MOVES[move](make(before), key)) == after


@pytest.mark.parametrize(("move", "key"), [("up", "a"), ("down", "c"), ("in", "a"), ("out", "b"), ("up", "nothing")])
def test_moves_without_a_place_are_refused(move, key):
    with pytest.raises(EditRefused):
        editing.MOVES[move](make("abc"), key)


@pytest.mark.parametrize(
    ("key", "parent", "position", "after"),
    [("e", "b", 0, "ab(ecd)"), ("e", "b", 1, "ab(ced)"), ("c", "", 0, "cab(d)e"), ("b", "a", 99, "a(b(cd))e")],
)
def test_node_is_placed_with_all_below_it(key, parent, position, after):
    assert tree(editing.place_node(make("ab(cd)e"), key, parent, position)) == after


def test_node_goes_not_below_itself():
    for parent in ("b", "c"):
        with pytest.raises(EditRefused, match="自己之下"):
            editing.place_node(make("ab(cd)e"), "b", parent)


def test_new_node_stands_behind_its_sibling_or_last():
    assert tree(editing.add_node(make("ab(cd)"), Node("x", "x", "x"), after="a")) == "axb(cd)"
    assert tree(editing.add_node(make("ab(cd)"), Node("x", "x", "x", parent="b"))) == "ab(cdx)"


def test_removal_takes_children_only_when_told():
    with pytest.raises(EditRefused, match="2 个栏目"):
        editing.remove_node(make("ab(cd)"), "b")
    assert tree(editing.remove_node(make("ab(cd)"), "b", with_children=True)) == "a"
    assert [node.key for node in editing.list_below(make("ab(c(d))"), "b")] == ["c", "d"]


def test_key_is_proposed_from_parent_and_slug_and_never_changed():
    assert editing.propose_key(GOOD, "pufa", "spin") == "pufa_spin"
    assert editing.propose_key(GOOD, "pufa", "yasf") == "pufa_yasf-2"
    assert editing.propose_key(GOOD, "", "tzgg") == "tzgg-2"
    with pytest.raises(EditRefused, match="不能更改"):
        editing.change_node(GOOD, "tzgg", key="x")


def test_sections_that_name_a_node_are_found_however_deep():
    links = Section("service_grid", {"services": [{"links": [{"page": "node:pufa"}]}]})
    content = replace(GOOD, sections=(*GOOD.sections, links))
    assert [each.key for each in editing.list_users(content, ["pufa"])] == ["column_lists", "service_grid"]


def test_sections_are_added_moved_and_removed():
    content = editing.add_section(GOOD, Section("notices", {}, required=False))
    content = editing.move_section(content, "notices", "up")
    assert [each.key for each in content.sections] == ["column_lists", "notices", "free"]
    assert editing.place_section(content, "free", 0).sections[0].key == "free"
    assert len(editing.remove_section(content, "free").sections) == 2
    for refused in (
        lambda: editing.move_section(content, "column_lists", "up"),
        lambda: editing.move_section(content, "free", "down"),
        lambda: editing.add_section(content, Section("free")),
        lambda: editing.remove_section(content, "nothing"),
    ):
        with pytest.raises(EditRefused):
            refused()


def test_workflow_in_use_is_not_removed():
    content = editing.add_workflow(GOOD, Workflow("one", "一级", ("reviewer_1",)))
    assert editing.remove_workflow(content, "one") == GOOD
    with pytest.raises(EditRefused, match="通知公告"):
        editing.remove_workflow(GOOD, "three")
    unused = editing.change_node(GOOD, "tzgg", workflow="")
    with pytest.raises(EditRefused, match="默认流程"):
        editing.remove_workflow(unused, "three")


@pytest.mark.parametrize("kind", SiteKind.values)
def test_shipped_blueprints_stand_in_tree_order(kind):
    content = read_shipped(kind)
    assert editing.in_tree_order(content) == content
    assert not list_differences(content, content)


# --- differences ---------------------------------------------------------------------------------------------------------

EDITS = {
    "新增‘普法视频’（spin），在‘法治宣传’之下": lambda c: editing.add_node(
        c, Node("spin", "普法视频", "spin", parent="pufa")
    ),
    "删除‘联系我们’（lxwm），原在首页之下": lambda c: editing.remove_node(c, "lxwm"),
    "移动‘以案释法’（pufa_yasf）：‘法治宣传’之下 → 首页之下": lambda c: editing.outdent_node(c, "pufa_yasf"),
    "调整顺序：‘联系我们’（lxwm）移到最前": lambda c: editing.place_node(c, "lxwm", "", 0),
    "改名称：‘通知公告’ → ‘公告’（tzgg）": lambda c: editing.change_node(c, "tzgg", title="公告"),
    "改网址：‘通知公告’（tzgg），tzgg → gg": lambda c: editing.change_node(c, "tzgg", slug="gg"),
    "改锁定项：‘通知公告’（tzgg）": lambda c: editing.change_node(c, "tzgg", locks=()),
    "改审核流程：‘通知公告’（tzgg）": lambda c: editing.change_node(c, "tzgg", workflow=""),
    "修改‘通知公告’（tzgg）": lambda c: editing.change_node(c, "tzgg", update_days=7),
    "新增版块‘通知公告’（可选）": lambda c: editing.add_section(c, Section("notices", {}, required=False)),
    "删除版块‘自由内容’": lambda c: editing.remove_section(c, "free"),
    "调整顺序：版块‘自由内容’移到最前": lambda c: editing.move_section(c, "free", "up"),
    "版块‘栏目列表’：必备 → 可选": lambda c: editing.change_section(c, "column_lists", required=False),
    "修改版块‘栏目列表’的初始内容": lambda c: editing.change_section(c, "column_lists", value={"count": 4}),
    "版块顺序：由网站调整 → 固定": lambda c: editing.fix_sections(c, True),
    "主题：县（市、区）司法局 → 该类网站的主题": lambda c: editing.set_look(c, theme="", palettes=c.palettes),
    "可选配色：松青、自定主色 #20456b → 松青": lambda c: editing.set_look(c, theme=c.theme, palettes=("songqing",)),
    "新增审核流程‘一级’：一审": lambda c: editing.add_workflow(c, Workflow("one", "一级", ("reviewer_1",))),
    "默认审核流程：三审三校 → 不经审核": lambda c: editing.set_review(c, default="direct", roles=c.roles),
    "新增必填：公安备案号": lambda c: editing.require_fields(
        c, identifiers=("icp_number", "police_number"), contacts=c.contacts
    ),
    "不再必填：联系电话": lambda c: editing.require_fields(c, identifiers=c.identifiers, contacts=()),
}


@pytest.mark.parametrize("sentence", EDITS)
def test_each_edit_is_one_difference_in_words(sentence):
    (difference,) = list_differences(GOOD, EDITS[sentence](GOOD))
    assert difference.sentence == sentence


def test_details_say_before_and_after():
    (difference,) = list_differences(GOOD, editing.change_node(GOOD, "tzgg", update_days=7, layout="cards"))
    assert difference.details == (("列表样式", "标题列表", "图文卡片"), ("更新期限（天）", "不要求", "7 天"))


def test_one_move_in_a_long_row_is_one_difference():
    before, after = make("abcdefgh"), editing.place_node(make("abcdefgh"), "a", "", 5)
    assert [each.sentence for each in list_differences(before, after)] == ["调整顺序：‘a’（a）移到‘f’之后"]


def test_first_release_is_told_whole():
    differences = list_differences(None, GOOD)
    assert sum(each.mark == "added" and each.part == "栏目" for each in differences) == len(GOOD.nodes)


def test_edits_leave_a_good_blueprint_good():
    content = editing.lower_node(editing.add_node(GOOD, Node("spin", "普法视频", "spin", parent="pufa")), "tzgg")
    assert not list_problems(content)
    assert to_canonical_json(content) != to_canonical_json(GOOD)
