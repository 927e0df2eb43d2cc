"""The blueprints that come with the product: good, complete, and extending what sites were started with."""

import re
from collections import Counter
from pathlib import Path

import pytest

from blueprints import shipped
from blueprints.content import Content, Node
from blueprints.content_checks import list_problems
from blueprints.shipped import SHIPPED_DIR, ShippedBroken, read_shipped
from blueprints.toml_files import read_blueprint, write_blueprint
from site_core.locks import Lock
from tenants.kinds import SiteKind

KINDS = SiteKind.values
BUREAUS = ["city_bureau", "county_bureau"]
ALL_LOCKS = {Lock.EXISTENCE, Lock.PLACE, Lock.TITLE, Lock.SLUG, Lock.TEMPLATE}
STATUTORY = {
    *("tzgg", "gzdt", "zcwj", "zcjd", "xxgk", "xxgk_zhinan", "xxgk_mulu", "xxgk_nianbao", "xxgk_ysqgk"),
    *("jgzn", "ldxx", "ggflfw", "pufa", "flfg"),
}
FIRST_COLUMNS = {
    "city_bureau": "jgzn ldxx gzdt tzgg xqdt xxgk xxgk_zhinan xxgk_mulu xxgk_nianbao xxgk_ysqgk zcwj zcjd flfg ggflfw lsml pufa ztzl",
    "county_bureau": "jgzn ldxx gzdt tzgg xxgk xxgk_zhinan xxgk_mulu xxgk_nianbao xxgk_ysqgk zcwj zcjd flfg ggflfw pufa ztzl",
    "judicial_station": "gk gzdt tzgg rmtj pufa lxwm",
    "law_office": "jggk tdcy ywly sfbz gzdt lxwm",
    "legal_aid_centre": "jggk sqzn tzgg gzdt dxal lxwm",
    "notary_office": "jggk gzy gzsx sfbz tzgg gzdt lxwm",
}
"""What every site has had from its first day: other systems know these addresses."""
SIZES = {"city_bureau": (60, 75), "county_bureau": (55, 65)}


def locks_of(content: Content, key: str) -> set[str]:
    node = content.find_node(key)
    assert node, key
    return set(node.locks)


def new_nodes(content: Content) -> list[Node]:
    first = FIRST_COLUMNS[content.kind].split()
    return [node for node in content.nodes if node.key not in first]


def test_there_is_one_for_each_kind():
    assert sorted(path.stem for path in SHIPPED_DIR.glob("*.toml")) == sorted(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_blueprint_has_no_problem(kind: str):
    assert list_problems(read_shipped(kind)) == []
    assert read_shipped(kind).kind == kind


@pytest.mark.parametrize("kind", KINDS)
def test_blueprint_has_enough_columns_and_not_too_many(kind: str):
    least, most = SIZES.get(kind, (10, 20))
    assert least <= len(read_shipped(kind).nodes) <= most


@pytest.mark.parametrize("kind", KINDS)
def test_first_columns_keep_key_address_and_order(kind: str):
    content, first = read_shipped(kind), FIRST_COLUMNS[kind].split()
    assert [node.key for node in content.nodes if node.key in first] == first
    for key in first:
        node = content.find_node(key)
        assert node, key
        assert node.key == (f"{node.parent}_" if node.parent else "") + node.slug
        assert node.page_type == "site_core.ColumnPage"


@pytest.mark.parametrize(("key", "days"), [("gzdt", 14), ("tzgg", 180), ("zcwj", 180)])
def test_update_interval_is_that_of_the_inspection_rules(key: str, days: int):
    # 检查指标 (国办秘函〔2019〕19号): news two weeks, notices and policy six months.
    found = [content.find_node(key) for content in map(read_shipped, KINDS)]
    assert {node.update_days for node in found if node} == {days}


@pytest.mark.parametrize("kind", KINDS)
def test_order_of_sections_is_fixed_for_bureaus(kind: str):
    assert read_shipped(kind).sections_fixed == (kind in BUREAUS)


@pytest.mark.parametrize("kind", KINDS)
def test_new_column_says_what_it_is_for(kind: str):
    content = read_shipped(kind)
    for node in new_nodes(content):
        assert re.fullmatch(r"[^。#*`\[\]]{19,59}。", node.description), node.key
        words = node.keywords.split(",")
        assert len(words) >= 2, node.key
        assert all(word.strip() == word != "" for word in words), node.key
    assert [times for times in Counter(node.description for node in content.nodes).values() if times > 1] == []


@pytest.mark.parametrize("kind", KINDS)
def test_new_column_fits_in_without_pressing(kind: str):
    """No term before it can be filled, no place in the menu, the key made of the parent's and the slug."""
    content = read_shipped(kind)
    for node in new_nodes(content):
        assert node.update_days == 0, node.key
        assert not node.show_in_menus, node.key
        assert node.key == (f"{node.parent}_" if node.parent else "") + node.slug
        assert re.fullmatch(r"[a-z]{2,10}", node.slug), node.key
    places = [(node.parent, node.slug) for node in content.nodes]
    assert len(places) == len(set(places))
    assert ("pufa", "quiz") not in places


@pytest.mark.parametrize("kind", KINDS)
def test_parents_stand_before_their_children(kind: str):
    content = read_shipped(kind)
    assert [node.key for node, _ in content.walk()] == [node.key for node in content.nodes]


@pytest.mark.parametrize("kind", BUREAUS)
def test_statutory_columns_are_locked_and_read_three_times(kind: str):
    content = read_shipped(kind)
    for key in STATUTORY:
        assert locks_of(content, key) == ALL_LOCKS, key
    by_steps = {key: len(content.steps_of(content.find_node(key))) for key in STATUTORY}
    assert {key for key, steps in by_steps.items() if steps == 3} == STATUTORY - {"gzdt", "pufa", "ggflfw", "flfg"}
    assert by_steps["gzdt"] == 0
    assert {len(content.steps_of(node)) for node in content.nodes if node.parent == "xxgk"} == {3}
    assert len(content.steps_of(None)) == 3


def test_small_sites_are_read_once_or_not_at_all():
    station = read_shipped("judicial_station")
    assert {node.key for node in station.nodes if station.steps_of(node)} == {"tzgg"}
    for kind in ("law_office", "notary_office", "legal_aid_centre"):
        content = read_shipped(kind)
        assert {node.key for node in content.nodes if not content.steps_of(node)} == {"gzdt"}
        assert content.steps_of(None) == ("reviewer_1",)


@pytest.mark.parametrize("kind", KINDS)
def test_column_that_the_home_page_must_show_cannot_be_removed(kind: str):
    content = read_shipped(kind)
    required = str([section.value for section in content.sections if section.required])
    for key in set(re.findall(r"node:(\w+)", required)):
        assert Lock.EXISTENCE in locks_of(content, key), key


@pytest.mark.parametrize("kind", KINDS)
def test_column_above_one_that_must_exist_must_exist_too(kind: str):
    content = read_shipped(kind)
    for node in content.nodes:
        if node.parent and Lock.EXISTENCE in node.locks:
            assert {Lock.EXISTENCE, Lock.SLUG} <= locks_of(content, node.parent), node.key


@pytest.mark.parametrize("kind", KINDS)
def test_theme_is_left_to_the_kind(kind: str):
    """So that an operator's own theme for a kind comes into force by itself (docs/themes.md)."""
    assert read_shipped(kind).theme == ""


@pytest.mark.parametrize("kind", KINDS)
def test_file_is_as_an_export_would_write_it(kind: str):
    text = (SHIPPED_DIR / f"{kind}.toml").read_text(encoding="utf-8")
    head, _, rest = text.partition("\n\nkind = ")
    assert write_blueprint(read_blueprint(text)).endswith(f"\n\nkind = {rest}")
    assert "更新期限一律为 0" in head


def test_broken_file_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shipped, "SHIPPED_DIR", tmp_path)
    read_shipped.cache_clear()
    try:
        with pytest.raises(ShippedBroken, match=r"law_office\.toml"):
            read_shipped("law_office")
        (tmp_path / "law_office.toml").write_text('kind = "law_office"\nthemes = "x"\n')
        with pytest.raises(ShippedBroken, match="第 2 行 themes"):
            read_shipped("law_office")
        (tmp_path / "law_office.toml").write_text('kind = "city_bureau"\n\ntheme = "x"\n')
        with pytest.raises(ShippedBroken, match=r"(?s)第 3 行 .*没有主题.*文件名"):
            read_shipped("law_office")
    finally:
        read_shipped.cache_clear()
