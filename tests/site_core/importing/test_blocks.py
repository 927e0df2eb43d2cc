"""Bodies to blocks: which blocks, in which order, and that no word is lost on the way."""

import re
import time
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from site_core.importing.blocks import to_blocks
from site_core.importing.sanitise import clean_html, clean_table_html

MARKDOWN_PIECES = [
    *["甲", "乙丙", "ab", "7", "　", " ", "\n", "\n\n", "。"],
    *["# ", "## ", "#", "- ", "* ", "+ ", "> ", ">", "1. ", "2. ", "12) ", "1.", "    ", "\t"],
    *["|", "| ", "|---|", "---|---", "\n|-|-|\n", "---", "===", "***", "**", "*", "_", "`", "```\n", "~~~\n"],
    *["[", "]", "![", "!", "<b>", "</b>", "<", ">", "\\", "\n第一条 ", "\n第二条", "第三条规定", "。 第三条 "],
]
HTML_CONTAINERS = [
    "div",
    "p",
    "b",
    "span",
    "a",
    "blockquote",
    "h1",
    "h3",
    "h6",
    "section",
    "pre",
    "font",
    "center",
    "dl",
]


def element(name: str, children: list[str]) -> str:
    return f"<{name}>{''.join(children)}</{name}>"


def html_bodies() -> st.SearchStrategy[str]:
    words = st.sampled_from(
        ["甲", "乙 ", "丙\n", "丁", " ", "<br>", "<hr>", "&nbsp;", "&lt;戊&gt;", "第一条 己", "第二条 庚"]
    )

    def extend(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        several = st.lists(inner, max_size=3)
        items = st.lists(several.map(lambda parts: element("li", parts)), max_size=3)
        rows = st.lists(
            st.lists(several.map(lambda parts: element("td", parts)), max_size=3).map(
                lambda cells: element("tr", cells)
            ),
            max_size=3,
        )
        return st.one_of(
            st.builds(element, st.sampled_from(HTML_CONTAINERS), several),
            st.builds(element, st.sampled_from(["ul", "ol"]), items),
            rows.map(lambda parts: element("table", parts)),
        )

    return st.lists(st.recursive(words, extend, max_leaves=12), max_size=5).map("".join)


def visible_text(blocks: list[tuple[str, str]]) -> str:
    """What a reader sees: the numbers of numbered items too."""
    texts = []
    for kind, value in blocks:
        soup = BeautifulSoup("" if kind == "law" else value, "html.parser")
        for ordered in soup.find_all("ol"):
            for number, item in enumerate(ordered.find_all("li", recursive=False), 1):
                item.insert(0, f"{number}.")
        texts.append(value if kind == "law" else soup.get_text())
    return "".join(texts)


def letters(text: str) -> str:
    return "".join(re.findall(r"[^\W_]", text))


def kinds_of(body: str, body_format: str = "markdown") -> list[str]:
    return [kind for kind, _ in to_blocks(body, body_format)]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(MARKDOWN_PIECES), max_size=40).map("".join))
def test_every_word_survives_when_body_is_markdown(body: str) -> None:
    assert letters(visible_text(to_blocks(body, "markdown"))) == letters(body)


@settings(max_examples=200, deadline=None)
@given(html_bodies())
def test_every_word_survives_when_body_is_html(body: str) -> None:
    words = re.sub(r"\d", "", letters(visible_text(to_blocks(body, "html"))))
    assert words == letters(BeautifulSoup(body, "html.parser").get_text())


@settings(max_examples=200, deadline=None)
@given(html_bodies())
def test_blocks_are_clean_and_never_empty_when_body_is_html(body: str) -> None:
    cleaners: dict[str, Callable[[str], str]] = {"paragraph": clean_html, "table": clean_table_html, "law": str}
    for kind, value in to_blocks(body, "html"):
        assert visible_text([(kind, value)]).strip()
        assert cleaners[kind](value) == value


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("甲\n乙", "<p>甲<br>乙</p>"),
        ("# 一\n\n##### 二", "<h2>一</h2><h4>二</h4>"),
        ("**甲**乙", "<p><strong>甲</strong>乙</p>"),
        ("<b onclick=x>甲</b>", "<p>&lt;b onclick=x&gt;甲&lt;/b&gt;</p>"),
        ("[甲](https://www.gov.cn/)", '<p><a href="https://www.gov.cn/">甲</a></p>'),
        ("[甲](javascript:alert(1))", "<p>[甲](javascript:alert(1))</p>"),
        ("![图](https://www.gov.cn/a.png)", '<p><a href="https://www.gov.cn/a.png">图</a></p>'),
        ("1. 甲\n2. 乙", "<ol><li>甲</li><li>乙</li></ol>"),
        ("3. 甲\n\n5. 乙", "<p>3. 甲</p><p>5. 乙</p>"),
        ("1. 甲\n\n（一）乙\n\n2. 丙", "<p>1. 甲</p><p>（一）乙</p><p>2. 丙</p>"),
        ("- 甲\n\n  乙\n- 丙", "<ul><li>甲<br>乙</li><li>丙</li></ul>"),
        ("    甲", "<p>甲</p>"),
        ("甲\n---", "<p>甲</p><hr>"),
        ("[甲]: /乙", "<p>[甲]: /乙</p>"),
        ("甲<!-- 编者注 -->乙", "<p>甲乙</p>"),
        ("甲\u200b\r\n\r\n\u200b\r\n\r\n乙", "<p>甲</p><p>乙</p>"),
    ],
)  # fmt: skip
def test_rich_text_is_as_written_when_body_is_markdown(markdown: str, html: str) -> None:
    assert to_blocks(markdown, "markdown") == [("paragraph", html)]


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("甲<div>乙<div>丙</div>丁</div>", "<p>甲</p><p>乙</p><p>丙</p><p>丁</p>"),
        ("<h1>一</h1><h6>二</h6>", "<h2>一</h2><h4>二</h4>"),
        ("<p>甲</p><p>&nbsp;</p><p><br></p><p>乙</p>", "<p>甲</p><p>乙</p>"),
        ("<pre>甲\n乙</pre>", "<p>甲<br>乙</p>"),
        ("<ol start=3><li><p>甲</p><p>乙</p></li></ol>", '<ol start="3"><li>甲<br>乙</li></ol>'),
        ("<dl><dt>甲</dt><dd>乙</dd></dl>", "<p>甲</p><p>乙</p>"),
        ("<table><tr><td><p>甲</p><p>乙</p></td></tr></table>", "<p>甲</p><p>乙</p>"),
        ("<p onclick=x>甲<script>alert(1)</script></p>", "<p>甲</p>"),
        ('<img src="https://www.gov.cn/a.png" alt="图">', '<p><a href="https://www.gov.cn/a.png">图</a></p>'),
    ],
)
def test_layout_goes_and_text_stays_when_body_is_html(html: str, clean: str) -> None:
    assert to_blocks(html, "html") == [("paragraph", clean)]


@pytest.mark.parametrize("body_format", ["markdown", "html"])
@pytest.mark.parametrize("body", ["", " \n\u3000\n", "\u200b", "---"])
def test_no_block_comes_when_body_has_no_text(body: str, body_format: str) -> None:
    if (body, body_format) != ("---", "html"):
        assert to_blocks(body, body_format) == []


def test_order_stays_when_tables_stand_in_markdown() -> None:
    blocks = to_blocks("甲\n\n| 一 | 二 |\n|---|---|\n| 三 | 四 |\n\n乙", "markdown")
    assert [kind for kind, _ in blocks] == ["paragraph", "table", "paragraph"]
    assert blocks[1][1] == (
        "<table><thead><tr><th>一</th><th>二</th></tr></thead><tbody><tr><td>三</td><td>四</td></tr></tbody></table>"
    )


@pytest.mark.parametrize("body", ["| 一 |\n|---|\n| 二 | 三 | 四 |", "> 一|五\n> -|-\n> 二|三|四"])
def test_cells_stay_when_row_is_longer_than_head(body: str) -> None:
    assert {"二", "三", "四"} <= set(visible_text(to_blocks(body, "markdown")))


def test_table_stands_by_itself_when_html_has_it_deep_inside() -> None:
    table = "<table><tr><td>一</td><td><div>二</div>三</td></tr></table>"
    blocks = to_blocks(f"<div>甲<section>{table}</section>乙</div>", "html")
    assert blocks == [
        ("paragraph", "<p>甲</p>"),
        ("table", "<table><tbody><tr><td>一</td><td><p>二</p>三</td></tr></tbody></table>"),
        ("paragraph", "<p>乙</p>"),
    ]


def test_law_block_keeps_text_when_body_has_two_articles() -> None:
    body = "公布令\n\n## 第一章 总则\n\n第一条 甲。\n\n\n（一）乙；\n\n**第二条** 丙。"
    assert to_blocks(body, "markdown") == [
        ("law", "公布令\n\n## 第一章 总则\n\n第一条 甲。\n\n（一）乙；\n\n第二条 丙。")
    ]


def test_law_is_split_at_table_when_body_has_one() -> None:
    assert kinds_of("第一条 甲\n\n| 一 | 二 |\n|---|---|\n| 三 | 四 |\n\n第二条 乙") == ["law", "table", "law"]


def test_law_block_comes_when_html_has_two_articles() -> None:
    body = "<h1>办法</h1><div>第一条 甲<br>（一）乙</div><p>第二条 丙</p><ol><li>丁</li></ol>"
    assert to_blocks(body, "html") == [("law", "## 办法\n\n第一条 甲\n\n（一）乙\n\n第二条 丙\n\n1. 丁")]


def test_joined_articles_part_when_law_is_imported() -> None:
    assert to_blocks("第一条 甲。 第二条 乙。", "markdown") == [("paragraph", "<p>第一条 甲。 第二条 乙。</p>")]
    assert to_blocks("第一条 甲。\n\n第二条 乙。 第三条 丙。", "markdown") == [
        ("law", "第一条 甲。\n\n第二条 乙。\n\n第三条 丙。")
    ]


def test_body_stays_rich_text_when_it_has_one_article_only() -> None:
    assert kinds_of("案情\n\n第六条 甲") == ["paragraph"]


def test_format_is_refused_when_unknown() -> None:
    with pytest.raises(ValueError, match="docx"):
        to_blocks("甲", "docx")


@pytest.mark.parametrize(
    ("body", "body_format"),
    [
        (">" * 3000 + "甲", "markdown"),
        ("- " * 3000 + "甲", "markdown"),
        ("\n".join("  " * depth + "- 甲" for depth in range(200)), "markdown"),
        ("<div>" * 5000 + "甲", "html"),
        ("<ul><li>" * 2000 + "甲", "html"),
        ("<table><tr><td>" * 2000 + "甲", "html"),
    ],
)
def test_text_stays_when_nesting_is_absurd(body: str, body_format: str) -> None:
    start = time.process_time()
    assert set(letters(visible_text(to_blocks(body, body_format)))) == {"甲"}
    assert time.process_time() - start < 5
