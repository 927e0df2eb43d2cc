"""Blueprints that cannot be: each is refused with the column named, all problems at once, whatever a draft holds."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, example, given, settings

from blueprints.content import Content, Node, Section, Workflow, from_dict
from blueprints.content_checks import list_problems
from blueprints.content_checks.columns import list_page_types
from blueprints.content_checks.limits import LARGEST_PAGE, LONGEST_TERM, MOST_LEVELS, SMALLEST_PAGE
from blueprints.content_checks.problems import Problem
from site_core.models import ColumnPage
from tests.blueprints.contents import GOOD, drafts


def of(node: str, **fields: Any) -> Content:
    """The good blueprint with one node changed."""
    return replace(GOOD, nodes=tuple(replace(each, **fields) if each.key == node else each for each in GOOD.nodes))


def with_nodes(*nodes: Node) -> Content:
    return replace(GOOD, nodes=(*GOOD.nodes, *nodes))


def with_section(key: str, **value: Any) -> Content:
    return replace(GOOD, sections=(Section(key, value),))


def with_workflow(key: str = "w", label: str = "流程", steps: tuple[str, ...] = ("reviewer_1",)) -> Content:
    return replace(GOOD, workflows=(*GOOD.workflows, Workflow(key, label, steps)))


def chain(length: int) -> Content:
    """Columns below each other."""
    return with_nodes(*(Node(f"n{i}", f"第{i}层", f"n{i}", parent=f"n{i - 1}" if i else "") for i in range(length)))


def only(content: Content) -> Problem:
    found = list_problems(content)
    assert len(found) == 1, found
    return found[0]


def test_good_blueprint_has_no_problem():
    assert list_problems(GOOD) == []
    assert list_problems(chain(MOST_LEVELS)) == []
    assert list_problems(Content(kind="law_office")) == []


NODE_CASES = {
    "no key": (of("lxwm", key=""), "nodes.3.key", "没有填写标识"),
    "bad key": (of("lxwm", key="联系"), "key", "只能用小写字母"),
    "long key": (of("lxwm", key="a" * 61), "key", "不超过 60"),
    "same key": (with_nodes(Node("tzgg", "公告", "gg")), "key", "与“通知公告”重复"),
    "no title": (of("lxwm", title=" 　"), "title", "没有名称"),
    "title of two lines": (of("lxwm", title="联系\n我们"), "title", "写成一行"),
    "long title": (of("lxwm", title="长" * 256), "title", "不超过 255"),
    "bad slug": (of("lxwm", slug="Lian Xi"), "slug", "只能用小写字母"),
    "no slug": (of("lxwm", slug=""), "slug", "只能用小写字母"),
    "long slug": (of("lxwm", slug="a" * 256), "slug", "不超过 255"),
    "reserved slug": (of("lxwm", slug="admin"), "slug", "系统保留"),
    "sibling's slug": (of("lxwm", slug="tzgg"), "slug", "栏目 tzgg（通知公告）相同"),
    "unknown parent": (of("lxwm", parent="nirgends"), "parent", "“nirgends”不在蓝图中"),
    "own parent": (of("tzgg", parent="tzgg"), "parent", "上级是自己"),
    "too deep": (chain(MOST_LEVELS + 1), "parent", f"不超过 {MOST_LEVELS} 层"),
    "unknown page type": (of("lxwm", page_type="site_core.Nothing"), "page_type", "没有页面类型"),
    "home page": (of("lxwm", page_type="site_core.HomePage"), "page_type", "没有页面类型"),
    "abstract type": (of("lxwm", page_type="site_core.BasePage"), "page_type", "没有页面类型"),
    "not below home": (of("lxwm", page_type="site_core.ArticlePage"), "parent", "首页（首页）下不能放“文章”"),
    "not below a leaf": (of("pufa_yasf", parent="lxwm"), "parent", "栏目 lxwm（联系我们）（信息页）下不能放“栏目”"),
    "unknown kind": (of("lxwm", kind="新闻"), "kind", "没有栏目类别“新闻”"),
    "unknown layout": (of("lxwm", layout="grid"), "layout", "没有列表样式“grid”"),
    "negative term": (of("lxwm", update_days=-1), "update_days", "0 至 3650"),
    "endless term": (of("lxwm", update_days=LONGEST_TERM + 1), "update_days", "0 至 3650"),
    "short page": (of("lxwm", page_size=SMALLEST_PAGE - 1), "page_size", "5 至 100"),
    "long page": (of("lxwm", page_size=LARGEST_PAGE + 1), "page_size", "5 至 100"),
    "long description": (of("lxwm", description="长" * 501), "description", "不超过 500"),
    "long keywords": (of("lxwm", keywords="长" * 201), "keywords", "不超过 200"),
    "unknown lock": (of("lxwm", locks=("colour",)), "locks", "没有锁定项“colour”"),
    "lock twice": (of("lxwm", locks=("slug", "slug")), "locks", "写了两次"),
    "unknown workflow": (of("lxwm", workflow="vier"), "workflow", "没有审核流程“vier”"),
    "title is a number": (of("lxwm", title=7), "title", "应为文字"),
    "days are words": (of("lxwm", update_days="vierzehn"), "update_days", "应为整数"),
    "days are true": (of("lxwm", update_days=True), "update_days", "应为整数"),
    "menu is a word": (of("lxwm", show_in_menus="ja"), "show_in_menus", "应为是或否"),
    "locks are nothing": (of("lxwm", locks=None), "locks", "应为文字的列表"),
    "parent is nothing": (of("lxwm", parent=None), "parent", "应为文字"),
}


@pytest.mark.parametrize(("content", "field", "message"), NODE_CASES.values(), ids=NODE_CASES)
def test_bad_column_is_refused_with_its_name(content: Content, field: str, message: str):
    problem = only(content)
    assert problem.field == field
    assert message in problem.message
    assert "栏目" in problem.where
    if problem.node:
        assert problem.where.startswith(f"栏目 {problem.node}")


def test_column_is_named_by_key_and_title():
    assert only(of("tzgg", kind="")).where == "栏目 tzgg（通知公告）"


def test_circle_is_told_once_with_all_its_columns():
    content = with_nodes(
        Node("a", "甲", "a", parent="c"), Node("b", "乙", "b", parent="a"), Node("c", "丙", "c", parent="b")
    )
    problem = only(content)
    assert (problem.node, problem.field) == ("a", "parent")
    assert "a → c → b → a" in problem.message


def test_slug_may_stand_once_under_each_parent_and_reserved_ones_below():
    assert list_problems(with_nodes(Node("pufa_tzgg", "通知", "tzgg", parent="pufa"))) == []
    assert list_problems(with_nodes(Node("pufa_admin", "管理", "admin", parent="pufa"))) == []


def test_page_types_are_those_of_the_site():
    found = list_page_types()
    assert {"site_core.ColumnPage", "site_core.InfoPage", "site_core.TopicPage", "site_core.PersonPage"} <= found.keys()
    assert not {"site_core.BasePage", "site_core.HomePage", "wagtailcore.Page"} & found.keys()


@pytest.mark.parametrize(
    ("field", "fits", "refused"),
    [
        ("update_days", LONGEST_TERM, LONGEST_TERM + 1),
        ("page_size", SMALLEST_PAGE, 4),
        ("page_size", LARGEST_PAGE, 101),
    ],
)
def test_limits_are_those_of_the_page(in_kongtong: Any, field: str, fits: int, refused: int):
    ColumnPage(title="栏目", slug="lm", **{field: fits}).clean()
    with pytest.raises(ValidationError, match=r".") as refusal:
        ColumnPage(title="栏目", slug="lm", **{field: refused}).clean()
    assert field in refusal.value.message_dict


# --- home page ---------------------------------------------------------------------------------------------------------

HERO = {"title": "引言"}
SERVICE = {"icon": "scale", "title": "法律援助"}
SECTION_CASES = {
    "unknown key": (with_section("weather"), "key", "没有版块“weather”"),
    "unknown column": (with_section("guides", column="node:nichts"), "value.column", "“nichts”不在蓝图中"),
    "page's id": (with_section("guides", column=17), "value.column", "只能写栏目"),
    "plain word": (with_section("guides", column="tzgg"), "value.column", "请写作 node:"),
    "not a column": (with_section("guides", column="node:lxwm"), "value.column", "“lxwm”不是栏目"),
    "no column": (with_section("guides"), "value.column", ""),
    "unknown field": (with_section("hero", **HERO, colour="red"), "value.colour", "没有这一项"),
    "too long": (with_section("hero", title="长" * 41), "value.title", "“大标题”："),
    "empty": (with_section("hero", title=""), "value.title", ""),
    "number for text": (with_section("hero", title=4), "value.title", "应为文字"),
    "text for number": (with_section("guides", column="node:pufa", count="6"), "value.count", "应为整数"),
    "text for truth": (with_section("headline", with_picture="ja"), "value.with_picture", "应为是或否"),
    "reference in text": (with_section("hero", title="node:tzgg"), "value.title", "不能以“node:”开头"),
    "picture": (with_section("hero", **HERO, image={"image": 4}), "value.image", "图片和文件在各网站上传"),
    "text for list": (with_section("column_lists", columns="node:tzgg"), "value.columns", "应为列表"),
    "too many": (with_section("column_lists", columns=["node:tzgg"] * 4), "value.columns", ""),
    "row is no table": (with_section("service_grid", services=["公证"]), "value.services.0", "“服务”第 1 项：应为一组"),
    "bad choice deep down": (
        with_section("service_grid", services=[SERVICE, {**SERVICE, "icon": "cat"}]),
        "value.services.1.icon",
        "“服务”第 2 项“图标”：",
    ),
    "unknown column deep down": (
        with_section("service_grid", services=[{**SERVICE, "links": [{"title": "甲", "page": "node:nichts"}]}]),
        "value.services.0.links.0.page",
        "不在蓝图中",
    ),
    "value is a word": (replace(GOOD, sections=(Section("hero", "引言"),)), "value", "应为一组"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize(("content", "field", "message"), SECTION_CASES.values(), ids=SECTION_CASES)
def test_bad_section_is_refused_with_the_place_in_its_value(content: Content, field: str, message: str):
    problems = list_problems(content)
    assert problems[0].field == f"sections.0.{field}"
    assert message in problems[0].message
    assert problems[0].where.startswith("首页第 1 个版块")


def test_section_stands_once():
    twice = replace(GOOD, sections=(Section("hero", HERO), Section("hero", HERO)))
    assert only(twice).field == "sections.1.key"


def test_picture_left_empty_is_no_problem():
    for empty in (None, {}, {"image": None, "decorative": False, "alt_text": ""}):
        assert list_problems(with_section("hero", **HERO, image=empty)) == []


def test_optional_section_may_wait_for_the_site_but_not_start_wrong():
    assert list_problems(replace(GOOD, sections=(Section("links", {}, required=False),))) == []
    assert list_problems(replace(GOOD, sections=(Section("links", {"groups": []}, required=False),)))
    assert list_problems(with_section("links"))


def test_sections_are_checked_without_the_database(django_assert_num_queries: Any, in_kongtong: Any):
    with django_assert_num_queries(0):
        list_problems(GOOD)


# --- review and the whole ------------------------------------------------------------------------------------------------

OTHER_CASES = {
    "no approvers": (with_workflow(steps=()), "workflows.1.steps", "没有审核人"),
    "unknown role": (with_workflow(steps=("boss",)), "workflows.1.steps", "“boss”不是审核角色"),
    "editor approves": (with_workflow(steps=("editor",)), "workflows.1.steps", "“editor”不是审核角色"),
    "same role twice": (with_workflow(steps=("reviewer_1", "reviewer_1")), "workflows.1.steps", "一人不能审两次"),
    "taken key": (with_workflow(key="direct"), "workflows.1.key", "不经审核"),
    "same workflow": (with_workflow(key="three"), "workflows.1.key", "重复"),
    "bad workflow key": (with_workflow(key="三审"), "workflows.1.key", "只能用小写字母"),
    "no label": (with_workflow(label=""), "workflows.1.label", "没有名称"),
    "steps are a word": (with_workflow(steps="reviewer_1"), "workflows.1.steps", "应为文字的列表"),  # type: ignore[arg-type]
    "unknown default": (replace(GOOD, default_workflow="four"), "default_workflow", "没有审核流程“four”"),
    "unknown kind of site": (replace(GOOD, kind="prison"), "kind", "没有网站类别“prison”"),
    "unknown theme": (replace(GOOD, theme="dark", palettes=()), "theme", "没有主题“dark”"),
    "foreign palette": (replace(GOOD, palettes=("dailan",)), "palettes", "没有配色“dailan”"),
    "pale palette": (replace(GOOD, palettes=("c-ffee00",)), "palettes", "对比度"),
    "no colour": (replace(GOOD, palettes=("c-red",)), "palettes", "不是颜色"),
    "colour in capitals": (replace(GOOD, palettes=("c-20456B",)), "palettes", "请写作“c-20456b”"),
    "palette twice": (replace(GOOD, palettes=("songqing", "songqing")), "palettes", "写了两次"),
    "unknown group": (replace(GOOD, roles=(*GOOD.roles, "king")), "roles", "没有角色“king”"),
    "unknown identifier": (replace(GOOD, identifiers=("contact_phone",)), "identifiers", "没有标识“contact_phone”"),
    "unknown contact": (replace(GOOD, contacts=("icp_number",)), "contacts", "没有联系方式“icp_number”"),
    "theme is nothing": (replace(GOOD, theme=None, palettes=()), "theme", "应为文字"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize(("content", "field", "message"), OTHER_CASES.values(), ids=OTHER_CASES)
def test_bad_workflow_look_or_field_is_refused(content: Content, field: str, message: str):
    problem = only(content)
    assert (problem.field, problem.node) == (field, "")
    assert message in problem.message


def test_four_steps_are_too_many():
    steps = ("reviewer_1", "reviewer_2", "reviewer_3", "reviewer_1")
    assert any("不超过 3 步" in each.message for each in list_problems(with_workflow(steps=steps)))


def test_step_must_be_a_role_of_the_blueprint():
    content = replace(GOOD, roles=("editor", "reviewer_1", "reviewer_2", "site_admin"))
    assert "“reviewer_3”不在蓝图的角色" in only(content).message


def test_all_problems_are_told_at_once():
    content = replace(of("tzgg", slug="Ä", kind="?", locks=("?",)), kind="?", default_workflow="?")
    assert {(each.node, each.field) for each in list_problems(content)} == {
        *(("tzgg", "slug"), ("tzgg", "kind"), ("tzgg", "locks")),
        *(("", "kind"), ("", "default_workflow")),
    }


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drafts)
@example({"kind": [["x"]], "nodes": [{"key": [{}], "title": None, "slug": {}, "parent": [[]]}]})
@example({"kind": None, "sections": [{"key": {}, "value": 4, "required": None}], "roles": 7, "palettes": "c-x"})
def test_nonsense_in_a_draft_is_told_and_never_fails(draft: dict[str, Any]):
    content = from_dict(draft)
    for problem in list_problems(content):
        assert problem.where
        assert problem.message
        assert problem.field
