"""Law texts: which lines open an article, which anchors articles get, which levels headings have."""

import json
import lzma
import time
from pathlib import Path

import pytest

from site_core.laws import Anchors, LawPart, parse_law, separate_joined_articles, split_articles

REAL_LAWS = Path(__file__).resolve().parents[3] / "shared" / "data" / "laws.jsonl.xz"


def anchors_of(text: str) -> list[str]:
    return [article.anchor for article in split_articles(text)]


def headings_of(text: str) -> list[tuple[int, str]]:
    return [(part.level, part.text) for part in parse_law(text) if part.kind == "heading"]


@pytest.mark.parametrize(
    ("line", "number", "sub", "anchor"),
    [
        ("第三条 为了规范", 3, 0, "tiao-3"),
        ("第十条　为了规范", 10, 0, "tiao-10"),
        ("第二十三条之一 为了规范", 23, 1, "tiao-23-1"),
        ("第二十三条之十一 为了规范", 23, 11, "tiao-23-11"),
        ("第一百零五条 为了规范", 105, 0, "tiao-105"),
        ("第一百一十条 为了规范", 110, 0, "tiao-110"),
        ("第一〇五条 为了规范", 105, 0, "tiao-105"),
        ("第两百条 为了规范", 200, 0, "tiao-200"),
        ("第一千二百六十条 为了规范", 1260, 0, "tiao-1260"),
        ("第一千零一条 为了规范", 1001, 0, "tiao-1001"),
        ("第23条 为了规范", 23, 0, "tiao-23"),
        ("第 ２３ 条 为了规范", 23, 0, "tiao-23"),
        ("第23条之1 为了规范", 23, 1, "tiao-23-1"),
        ("第三十－条 为了规范", 31, 0, "tiao-31"),
        ("笫五十四条 为了规范", 54, 0, "tiao-54"),
        ("　　第三条 为了规范", 3, 0, "tiao-3"),
        ("**第三条** 为了规范", 3, 0, "tiao-3"),
        ("## 第三条 为了规范", 3, 0, "tiao-3"),
        ("第三条：为了规范", 3, 0, "tiao-3"),
    ],
)
def test_number_is_read_when_article_opens_line(line: str, number: int, sub: int, anchor: str) -> None:
    (article,) = split_articles(line)
    assert (article.number, article.sub, article.anchor, article.text) == (number, sub, anchor, "为了规范")


@pytest.mark.parametrize(
    "line",
    [
        "依照本法第三条规定处理。",
        "第三条规定的情形",
        "第三条 规定的情形",
        "第三条第二款所称机关",
        "第三条 第二款规定的机关",
        "第三条（二）项",
        "第三条、第四条规定的",
        "第三条和第四条",
        "第三条至第五条",
        "第二十三条之一规定的情形",
        "第三条之规定",
        "第三条修改为：“任何人不得”",
        "第十条改为第十一条",
        "第三条增加一款",
        "第三条，应当处罚。",
        "第一条例",
        "“第一百二十条之二 有下列情形之一的",
        "| 第一百三十三条之二 | 妨害安全驾驶罪 |",
        "第〇条 无此条",
        "第100000条 无此条",
    ],
)
def test_line_is_no_article_when_it_only_refers_to_one(line: str) -> None:
    assert split_articles(line) == []


@pytest.mark.parametrize(
    "line",
    [
        "第三条中华人民共和国公民",
        "第三条中小企业",
        "第三条所有权人",
        "第三条（目的和依据）为了",
        "第三条目前",
        "第五条 第一审案件由基层人民法院管辖",
        "第十一条 第九条、第十条规定的人员",
    ],
)
def test_line_is_article_when_its_text_resembles_a_reference(line: str) -> None:
    assert len(split_articles(line)) == 1


def test_line_is_no_article_when_sentence_goes_on_from_line_before() -> None:
    assert anchors_of("第一条 违反本条例\n第九条 的\n第二条 依照\n第八条处理") == ["tiao-1", "tiao-2"]


def test_article_has_all_its_paragraphs_when_blank_lines_separate_them() -> None:
    (article,) = split_articles("第一条 下列情形：\n\n（一）甲；\n\n（二）乙。\n")
    assert article.paragraphs == ["下列情形：", "（一）甲；", "（二）乙。"]


def test_article_takes_text_from_next_line_when_label_stands_alone() -> None:
    (article,) = split_articles("第一条\n\n为了规范。")
    assert (article.label, article.text) == ("第一条", "为了规范。")


def test_chapter_is_path_of_headings_when_they_nest() -> None:
    text = "## 第一编 总则\n### 第二章  自然人\n#### 第一节 权利\n第一条 甲\n### 第三章 法人\n第二条 乙"
    assert [article.chapter for article in split_articles(text)] == [
        "第一编 总则 / 第二章 自然人 / 第一节 权利",
        "第一编 总则 / 第三章 法人",
    ]


def test_anchors_are_unique_when_numbering_restarts() -> None:
    text = "第一条 甲\n第二条 乙\n## 附件\n第一条 丙\n第二条 丁\n第三条 戊\n第一条 己"
    assert anchors_of(text) == ["tiao-1", "tiao-2", "tiao-1--2", "tiao-2--2", "tiao-3", "tiao-1--3"]


def test_anchors_are_unique_over_texts_when_page_passes_one_object() -> None:
    anchors = Anchors()
    parts = parse_law("## 总则\n第一条 甲", anchors) + parse_law("## 总则\n第一条 乙", anchors)
    assert [part.anchor for part in parts] == ["bt-1", "tiao-1", "bt-2", "tiao-1--2"]


def test_parts_come_in_order_when_kinds_mix() -> None:
    parts = parse_law("公布令\n\n## 第一章 总则\n\n第一条 甲\n\n附件一：样式\n\n表格")
    assert [(part.kind, part.text) for part in parts] == [
        ("paragraph", "公布令"),
        ("heading", "第一章 总则"),
        ("article", "甲"),
        ("heading", "附件一：样式"),
        ("paragraph", "表格"),
    ]


def test_levels_follow_rank_when_markdown_has_section_above_chapter() -> None:
    assert headings_of("### 第一章 总则\n## 第一节 一般规定") == [(2, "第一章 总则"), (3, "第一节 一般规定")]


def test_levels_go_deeper_when_text_has_books() -> None:
    headings = headings_of("第一编 总则\n第一分编 通则\n第一章 规定\n第一节 甲")
    assert [level for level, _ in headings] == [2, 3, 4, 5]


def test_heading_anchors_name_their_path_when_numbered() -> None:
    parts = parse_law("## 第一编 总则\n### 第一章 甲\n## 第二编 分则\n### 第一章 乙")
    assert [part.anchor for part in parts] == ["bian-1", "bian-1-zhang-1", "bian-2", "bian-2-zhang-1"]


@pytest.mark.parametrize(
    "line", ["第一章 总则", "第五章法律责任", "附　则", "总 则", "附件", "附件2：流程图", "# 决定"]
)
def test_line_is_heading_when_it_reads_as_one(line: str) -> None:
    assert [part.kind for part in parse_law(line)] == ["heading"]


@pytest.mark.parametrize(
    "line",
    [
        "第一章规定的机关",
        "第七节相应改为第八节，第一百二十三条相应改动。",
        "附件三所列全国性法律",
        "附加刑也可以",
    ],
)
def test_line_is_paragraph_when_it_only_resembles_a_heading(line: str) -> None:
    assert parse_law(line) == [LawPart("paragraph", line)]


def test_entries_are_paragraphs_when_they_stand_in_table_of_contents() -> None:
    contents = "目 录\n第一章 总则……1\n第一节 甲\n第二章 分则……2\n第一节 甲\n"
    parts = parse_law(contents + "第一章 总则\n第一节 甲\n第一条 甲\n第二章 分则\n第一节 甲\n第二条 乙")
    assert [part.kind for part in parts[:5]] == ["heading"] + ["paragraph"] * 4
    assert [part.anchor for part in parts[5:]] == [
        "zhang-1", "zhang-1-jie-1", "tiao-1", "zhang-2", "zhang-2-jie-1", "tiao-2",
    ]  # fmt: skip


def test_joined_articles_are_separated_when_number_is_the_next() -> None:
    text = "第一条 甲。 第二条乙。第三条 丙。\n丁。 第四条戊。"
    assert separate_joined_articles(text) == "第一条 甲。\n第二条乙。\n第三条 丙。\n丁。\n第四条戊。"


@pytest.mark.parametrize("text", ["第一条 甲。 第九条 乙。", "第一条 甲。第二条规定的除外。", "第一条 甲，第二条 乙"])
def test_text_stays_when_reference_follows_sentence(text: str) -> None:
    assert separate_joined_articles(text) == text


def test_long_law_is_parsed_within_30_ms_when_it_has_107_000_characters() -> None:
    article = "第{}条 人民检察院办理案件，应当依照法律。\n\n" + "（一）应当告知当事人享有的诉讼权利；\n\n" * 8
    text = "".join(article.format(number) for number in range(1, 610))
    assert len(text) > 107_000

    def seconds() -> float:
        start = time.process_time()
        parse_law(text)
        return time.process_time() - start

    assert min(seconds() for _ in range(5)) < 0.03


def test_real_laws_have_ascending_numbers_and_unique_anchors() -> None:
    if not REAL_LAWS.exists():
        pytest.skip(f"real laws are absent: {REAL_LAWS.name} is no part of the repository")
    count = 0
    with lzma.open(REAL_LAWS, "rt", encoding="utf-8") as lines:
        for line in lines:
            articles = split_articles(separate_joined_articles(json.loads(line)["body"]))
            order = [(article.number, article.sub) for article in articles]
            assert order == sorted(set(order))
            count += len(articles)
    assert count > 147_000
