"""Blueprints as files: what is written reads back exactly, and each problem of a file has its line."""

import pytest
from hypothesis import given, settings

from blueprints.content import Content, Node, Section, Workflow
from blueprints.content_checks import list_problems
from blueprints.toml_files import BlueprintFileProblem, FileProblem, Lines, locate, read_blueprint, write_blueprint
from tests.blueprints.contents import GOOD, contents

FILE = '''# 示例
kind = "county_bureau"
default_workflow = "one" # [[node]]

[[workflow]]
key = "one"
label = "一级审核"
steps = [
  "reviewer_1", # key = "x"
]

[[node]]
key = "tzgg"
title = "通知公告"
slug = "tzgg"
description = """
[[node]]
key = "不是栏目"
"""

[[node]]
key = "pufa"
title = "法治宣传"
slug = "pufa"

[[section]]
key = "service_grid"

[section.value]
title = "办事服务"

[[section.value.services]]
icon = "scale"
title = "法律援助"

[[section.value.services]]
icon = "stamp"
title = "公证"
'''


def problems_of(text: str) -> list[FileProblem]:
    with pytest.raises(BlueprintFileProblem) as refusal:
        read_blueprint(text)
    return refusal.value.problems


def line_of(text: str, start: str, nth: int = 1) -> int:
    return [number for number, line in enumerate(text.split("\n"), 1) if line.startswith(start)][nth - 1]


@settings(max_examples=80, deadline=None)
@given(contents)
def test_what_is_written_reads_back_exactly(content: Content):
    assert read_blueprint(write_blueprint(content)) == content


def test_good_blueprint_is_written_for_people():
    text = write_blueprint(GOOD)
    assert text.startswith("# 县（市、区）司法局蓝图：")
    assert 'steps = ["reviewer_1", "reviewer_2", "reviewer_3"]' in text
    assert "\n# ---- 通知公告\n\n[[node]]\n" in text
    assert "page_type" not in text.partition("\nkind")[2].partition("联系我们")[0]
    assert read_blueprint(text) == GOOD


def test_rows_of_a_section_stand_on_lines_of_their_own():
    rows = [{"title": "甲", "links": [{"title": "乙", "url": ""}]}, {"title": "丙", "links": []}]
    text = write_blueprint(Content(kind="x", sections=(Section("s", {"rows": rows}),)))
    assert '  { title = "甲", links = [{ title = "乙", url = "" }] },\n  { title = "丙", links = [] },\n' in text


def test_title_cannot_break_out_of_its_comment():
    content = Content(kind="x\ny", nodes=(Node("a", '甲\n[[node]]\nkey = "b"\r', "a"),))
    assert read_blueprint(write_blueprint(content)) == content


def test_empty_choice_is_left_out():
    content = Content(kind="x", sections=(Section("s", {"page": None, "rows": [{"page": None, "title": "甲"}, None]}),))
    assert read_blueprint(write_blueprint(content)).sections[0].value == {"rows": [{"title": "甲"}]}


def test_file_of_a_windows_editor_is_read():
    assert read_blueprint("\ufeff" + FILE.replace("\n", "\r\n")) == read_blueprint(FILE)


def test_file_gives_its_content():
    content = read_blueprint(FILE)
    assert [node.key for node in content.nodes] == ["tzgg", "pufa"]
    assert content.workflows == (Workflow("one", "一级审核", ("reviewer_1",)),)
    assert [row["title"] for row in content.sections[0].value["services"]] == ["法律援助", "公证"]


SYNTAX = {
    "unclosed text": ('kind = "a\nx = 1\n', 1),
    "no value": ('kind = "a"\ntheme =\n', 2),
    "no equals": ('kind = "a"\n\ntheme "b"\n', 3),
    "twice": ('kind = "a"\nkind = "b"\n', 2),
    "word for text": ("kind = county\n", 1),
    "table for rows": ('kind = "a"\n[node]\nkey = "a"\n[node]\n', 4),
    "open at the end": ('kind = "a"\nroles = [\n"editor",\n', 3),
    "empty": ("roles = [", 1),
}


@pytest.mark.parametrize(("text", "line"), SYNTAX.values(), ids=SYNTAX)
def test_syntax_is_refused_with_its_line(text: str, line: int):
    (problem,) = problems_of(text)
    assert problem.line == line
    assert any("\u4e00" <= each <= "\u9fff" for each in problem.message)


def test_every_problem_of_a_file_is_told_with_line_and_key():
    text = FILE.replace('title = "法治宣传"', 'tilte = "法治宣传"\nupdate_days = "14"').replace(
        'label = "一级审核"\n', ""
    )
    text = text.replace('kind = "county_bureau"', 'colour = "red"\nroles = "editor"')
    found = problems_of(text)
    assert [(line, key) for line, key, _ in found] == [
        (1, "kind"),
        (line_of(text, "colour"), "colour"),
        (line_of(text, "roles"), "roles"),
        (line_of(text, "[[workflow]]"), "workflow.label"),
        (line_of(text, "[[node]]", 3), "node.title"),
        (line_of(text, "tilte"), "node.tilte"),
        (line_of(text, "update_days"), "node.update_days"),
    ]
    assert "是不是“title”" in found[5].message
    assert "应为整数" in found[6].message


def test_rows_must_be_rows():
    assert problems_of('kind = "a"\n[node]\nkey = "a"\n')[0] == (2, "node", "请写作 [[node]]，一张表一项。")
    assert problems_of('kind = "a"\nsection = ["hero"]\n')[0][:2] == (2, "section")


@pytest.mark.parametrize(
    "value", ["2026-01-01", "07:30:00", "2026-01-01T07:30:00Z", "nan", "inf", "[{ a = 1979-05-27 }]"]
)
def test_section_takes_no_value_that_a_release_cannot_keep(value: str):
    text = f'kind = "a"\n[[section]]\nkey = "hero"\n[section.value]\ntitle = {value}\n'
    (problem,) = problems_of(text)
    assert problem.line == 5
    assert problem.key.startswith("section.value.title")


@pytest.mark.parametrize(
    "text",
    [
        'kind = "a"\nx = ' + "[" * 5000 + "]" * 5000,
        'kind = "a"\n[[section]]\nkey = "a"\n[section.value' + ".a" * 5000 + "]\n",
        "x = " + "9" * 5000,
        "#" * 1_000_001,
        "\x00",
    ],
    ids=["deep list", "deep table", "long number", "large", "null"],
)
def test_hostile_file_is_refused_and_never_fails(text: str):
    assert problems_of(text)


def test_lines_are_those_of_the_statements():
    lines = Lines(FILE)
    assert lines.find(("workflow", 0, "steps")) == line_of(FILE, "steps")
    assert lines.find(("node", 1)) == line_of(FILE, "[[node]]", 3)
    assert lines.find(("node", 1, "slug")) == line_of(FILE, 'slug = "pufa"')
    assert lines.find(("section", 0, "value", "services", 1, "title")) == line_of(FILE, 'title = "公证"')
    assert lines.find(("section", 0, "value", "services", 1, "links", 0)) == line_of(FILE, "[[section.value", 2)
    assert lines.find(("nowhere",)) == 1


def test_quoted_and_dotted_keys_have_lines():
    lines = Lines("a.b = 1\n\"c.d\" = 2\n[x.'y z']\nq = '=[' # =\n[[ r ]]\n")
    assert [lines.find(path) for path in [("a", "b"), ("c.d",), ("x", "y z", "q"), ("r", 0)]] == [1, 2, 4, 5]


SEMANTIC = {
    "column": ('slug = "pufa"', 'slug = "admin"', 'slug = "admin"', 1),
    "column without its line": ('slug = "pufa"', 'slug = "pufa"\nparent = "pufa"', "parent", 1),
    "second of two keys": ('key = "pufa"', 'key = "tzgg"', 'key = "tzgg"', 2),
    "section": ('key = "service_grid"', 'key = "grid"', 'key = "grid"', 1),
    "within a section": ('icon = "stamp"', 'icon = "cat"', 'icon = "cat"', 1),
    "missing in a section": ('title = "公证"\n', "", "[[section.value.services]]", 2),
    "workflow": ('  "reviewer_1", # key = "x"\n', "", "steps", 1),
    "whole": ('default_workflow = "one"', 'default_workflow = "two"', "default_workflow", 1),
}


@pytest.mark.parametrize(("old", "new", "start", "nth"), SEMANTIC.values(), ids=SEMANTIC)
def test_problem_of_the_content_has_its_line(old: str, new: str, start: str, nth: int):
    assert list_problems(read_blueprint(FILE)) == []
    text = FILE.replace(old, new)
    (problem,) = list_problems(read_blueprint(text))
    assert locate(text, problem) == line_of(text, start, nth)


def test_locate_in_what_is_no_file_gives_the_first_line():
    (problem,) = list_problems(Content(kind="?"))
    assert locate("kind = ", problem) == 1
