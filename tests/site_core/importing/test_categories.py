"""Categories of imported texts and the sub-columns they go to."""

import json
import lzma
from collections import Counter
from pathlib import Path

import pytest

from site_core.importing.categories import CategoryTableProblem, ImportColumn, column_for, list_columns, parse_table

REAL_LAWS = Path(__file__).resolve().parents[4] / "shared" / "data" / "laws.jsonl.xz"


@pytest.mark.parametrize(
    ("category", "slug"),
    [
        ("宪法", "xf"),
        ("民法典", "mfd"),
        ("刑法", "fl"),
        ("宪法相关法", "fl"),
        ("行政法", "fl"),
        ("行政法规", "xzfg"),
        ("司法解释", "sfjs"),
        ("案例/劳动人事", "dxal"),
        ("案例/民法典", "dxal"),
        ("部门规章/公安部", "bmgz"),
        ("DLC/山东地方法规/地方性法规/山东", "dfxfg-sd"),
        ("地方性法规/甘肃", "dfxfg-gs"),
        ("DLC/某地方法规", "dfxfg"),
        (" 司法解释 / 刑事 ", "sfjs"),
        ("其他", "qt"),
        ("", "qt"),
        ("/", "qt"),
        ("宪法学", "qt"),
        ("无此分类/宪法", "qt"),
    ],
)
def test_category_goes_to_its_column(category: str, slug: str) -> None:
    assert column_for(category).slug == slug


def test_column_has_title_for_readers() -> None:
    assert column_for("DLC/山东地方法规") == ImportColumn("dfxfg-sd", "山东地方性法规")


def test_columns_are_unique_and_own_province_leads() -> None:
    slugs = [column.slug for column in list_columns()]
    assert len(slugs) == len(set(slugs)) == len({column.title for column in list_columns()})
    assert next(slug for slug in slugs if slug.startswith("dfxfg")) == "dfxfg-gs"
    assert slugs[-1] == "qt"


def test_table_is_refused_when_category_stands_twice() -> None:
    rows = '[[column]]\nslug = "qt"\ntitle = "甲"\ncategories = ["", "乙"]\n'
    with pytest.raises(CategoryTableProblem, match="乙"):
        parse_table(rows + rows.replace('"", ', ""))


def test_table_is_refused_when_column_for_others_is_missing() -> None:
    with pytest.raises(CategoryTableProblem, match="qt"):
        parse_table('[[column]]\nslug = "xf"\ntitle = "甲"\ncategories = ["乙"]')


def test_real_categories_have_columns_of_their_own() -> None:
    if not REAL_LAWS.exists():
        pytest.skip(f"real laws are absent: {REAL_LAWS.name} is no part of the repository")
    with lzma.open(REAL_LAWS, "rt", encoding="utf-8") as lines:
        categories = Counter(json.loads(line)["category"] for line in lines)
    assert {category for category in categories if column_for(category).slug == "qt"} <= {"", "其他"}
    assert not any(column_for(category).slug == "dfxfg" for category in categories)
