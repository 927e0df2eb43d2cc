"""The articles that both projects show: a law of about 25 KB with a table and two files, and a short notice.

Generated, so that the bench needs nothing but the checkout.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

LAW_BYTES = 25_000
COLUMN = "flfg"
"""Slug of the column that the articles stand in."""
LAW_SLUG = "bench-law"
_NEWEST = datetime(2024, 6, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

OWNER = {
    "name": "示例县司法局",
    "site_id_code": "6208000001",
    "icp_number": "陇ICP备00000000号（示例）",
    "police_number": "甘公网安备00000000000000号（示例）",
    "contact_unit": "示例县司法局",
    "contact_address": "甘肃省示例县（示例地址）",
    "contact_phone": "0933-0000001",
}
"""Who runs the site: what header and footer name."""


@dataclass(frozen=True)
class SampleFile:
    """An attachment."""

    title: str
    filename: str
    content: bytes


@dataclass(frozen=True)
class SampleArticle:
    """An article: `fields` of the page by name, `body` as (block type, value)."""

    title: str
    slug: str
    fields: dict[str, str]
    body: tuple[tuple[str, str], ...]
    files: tuple[SampleFile, ...] = ()


_FIELDS = {
    "summary": "为规范示例工作，根据有关法律法规，结合本县实际，制定本办法。本文为性能测试用示例文本。",
    "keywords": "示例,办法,司法行政",
    "source": "示例县司法局办公室",
    "author": "示例作者",
    "responsible_editor": "示例编辑",
}
_SENTENCES = (
    "县级以上人民政府应当加强对示例工作的领导，将示例工作所需经费列入本级预算，并建立健全工作协调机制。",
    "司法行政部门负责本行政区域内示例工作的指导和监督，其他有关部门在各自职责范围内做好相关工作。",
    "公民、法人和其他组织有权对违反本办法的行为进行投诉、举报，接到投诉、举报的部门应当及时调查处理。",
)
_TABLE = "<table><thead><tr><th>事项</th><th>时限</th></tr></thead><tbody>{rows}</tbody></table>"
_ROW = "<tr><td>示例事项{n}</td><td>{n}个工作日</td></tr>"
_DIGITS = "〇一二三四五六七八九"


def time_of(number: int) -> datetime:
    """Publication time of a notice, numbered from 0, the newest: each is a minute older than the one before."""
    return _NEWEST - timedelta(minutes=number)


def time_of_law(articles: int) -> datetime:
    """Publication time of the law: in the middle of so many articles, so that it has both neighbours."""
    return time_of(articles // 2) - timedelta(seconds=30)


def make_law() -> SampleArticle:
    """The measured article."""
    files = tuple(SampleFile(f"附件{n}：示例表格", f"form-{n}.pdf", b"%PDF-1.4\n" + b"0" * 2048) for n in (1, 2))
    body = (
        (
            "paragraph",
            "<p>现将《示例县示例工作办法》予以公布，自公布之日起施行。</p><h2>公布说明</h2><p>本文仅供测试。</p>",
        ),
        ("law", _law_text()),
        ("table", _TABLE.format(rows="".join(_ROW.format(n=n) for n in range(1, 11)))),
    )
    fields = _FIELDS | {"subtitle": "（示例文本）"}
    return SampleArticle("示例县示例工作办法", LAW_SLUG, fields, body, files)


def make_notice() -> SampleArticle:
    """What the other articles are copies of."""
    paragraphs = "".join(f"<p>{sentence}</p>" for sentence in _SENTENCES * 4)
    return SampleArticle("示例通知", "bench-notice", _FIELDS, (("paragraph", paragraphs),))


def _law_text() -> str:
    lines, size, number = [], 0, 0
    while size < LAW_BYTES:
        if number % 8 == 0:
            lines.append(f"第{_numeral(number // 8 + 1)}章 示例规定")
        number += 1
        lines += _article_lines(number)
        size = len("\n".join(lines).encode())
    return "\n".join(lines)


def _article_lines(number: int) -> list[str]:
    """An article of one to three paragraphs."""
    paragraphs = _SENTENCES[: number % 3 + 1]
    return [f"第{_numeral(number)}条 {paragraphs[0]}", *paragraphs[1:]]


def _numeral(number: int) -> str:
    """Chinese numeral of 1 to 99."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")
