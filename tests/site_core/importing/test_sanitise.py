"""Hostile and foreign HTML: what stays, what goes, and that text is not lost with its mark-up."""

import pytest

from site_core.importing.sanitise import clean_html, clean_table_html


@pytest.mark.parametrize(
    ("hostile", "clean"),
    [
        ("<p>甲<script>alert(1)</script>乙</p>", "<p>甲乙</p>"),
        ("<SCRIPT SRC=//x.invalid></SCRIPT>甲", "甲"),
        ("<scr<script>ipt>alert(1)</script>", "ipt&gt;alert(1)"),
        ("<p onclick=alert(1) style='x' class=y id=z>甲</p>", "<p>甲</p>"),
        ("<img src=x onerror=alert(1)>甲", "甲"),
        ('<a href="javascript:alert(1)">甲</a>', "<a>甲</a>"),
        ('<a href=" JaVa&#10;Script:alert(1)">甲</a>', "<a>甲</a>"),
        ('<a href="data:text/html;base64,AAAA">甲</a>', "<a>甲</a>"),
        ('<a href="vbscript:x">甲</a>', "<a>甲</a>"),
        ("<style>p{}</style>甲", "甲"),
        ("<svg><script>alert(1)</script><a xlink:href='javascript:x'>甲</a></svg>乙", "乙"),
        ("<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>", ""),
        ("<iframe src='//x.invalid'>甲</iframe>", ""),
        ('<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>', "&lt;p title=\"\"&gt;"),
        ("<!--[if IE]><script>alert(1)</script><![endif]-->甲", "甲"),
        ("<form action=//x.invalid><input name=a><button>甲</button></form>", "甲"),
        ("<b><p onmouseover=x>甲", "<b><p>甲</p></b>"),
        ("<object data=x><embed src=x>甲</object>", "甲"),
        ("<base href=//x.invalid><meta http-equiv=refresh content=0>甲", "甲"),
    ],
)  # fmt: skip
def test_danger_goes_when_html_is_hostile(hostile: str, clean: str) -> None:
    assert clean_html(hostile) == clean


@pytest.mark.parametrize(
    "html",
    [
        "<p>甲<br>乙<sup>2</sup><sub>3</sub></p>",
        "<h2>一</h2><h3>二</h3><h4>三</h4><hr>",
        "<ul><li><b>甲</b></li></ul>",
        '<ol start="3"><li><strong>甲</strong><i>乙</i><em>丙</em></li></ol>',
        "<blockquote>甲</blockquote>",
        '<a href="https://www.gov.cn/">甲</a>',
        '<a href="mailto:a@example.com">甲</a>',
        '<a href="tel:12348">甲</a>',
        '<a href="/flfg/#tiao-3">甲</a>',
    ],
)
def test_rich_text_stays_when_it_is_allowed(html: str) -> None:
    assert clean_html(html) == html


def test_text_stays_when_tag_is_not_allowed() -> None:
    assert clean_html("<div><font color=red>甲</font><table><tr><td>乙</table></div>") == "甲乙"


def test_table_stays_when_it_is_well_formed() -> None:
    table = (
        '<table><caption>表</caption><thead><tr><th scope="col" colspan="2">甲</th></tr></thead>'
        '<tbody><tr><td rowspan="2">乙</td><td>丙<br>丁</td></tr></tbody></table>'
    )
    assert clean_table_html(table) == table


@pytest.mark.parametrize("attribute", ['colspan="99999"', 'rowspan="-1"', 'scope="x"', 'style="x"', 'onclick="x"'])
def test_attribute_of_cell_goes_when_it_makes_no_sense(attribute: str) -> None:
    cleaned = clean_table_html(f"<table><tbody><tr><td {attribute}>甲</td></tr></tbody></table>")
    assert cleaned == "<table><tbody><tr><td>甲</td></tr></tbody></table>"


def test_script_goes_when_it_stands_in_table() -> None:
    cleaned = clean_table_html("<table><tr><td>甲<script>alert(1)</script><img src=x onerror=y></td></tr></table>")
    assert cleaned == "<table><tbody><tr><td>甲</td></tr></tbody></table>"
