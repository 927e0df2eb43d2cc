"""Law texts: headings, articles (第…条) with anchors, and plain paragraphs, in the order of the text.

Plain Python: no HTML is written here and nothing is stored. Templates render `parse_law`; whoever needs the
articles alone (search, quizzes) takes `split_articles`.

Anchors (written without `#`): 第二十三条 is `tiao-23`, 第二十三条之一 `tiao-23-1`. Where a number comes again (an annex,
a second document in one body) the first keeps `tiao-23`, the next are `tiao-23--2`, `tiao-23--3`: two hyphens, so
that they never look like a 之. Only the number that is repeated is affected; all other anchors of the text stay.
"""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

_BLANK = " \t\r\u3000\xa0\u2002\u2003\u200b\ufeff"
_NUMERAL = "〇零○ＯO一二三四五六七八九两十百千"
_HIGHEST_NUMBER = 9999
_LONGEST_PLAIN_HEADING = 50
_TOP_LEVEL, _LOWEST_LEVEL = 2, 6  # the page's title is the h1

_UNITS = {"十": 10, "百": 100, "千": 1000}
# 笫 for 第 and a dash for 一 are misprints found in real texts (笫五十四条, 第三十－条).
_DIGITS = {char: index for index, char in enumerate("〇一二三四五六七八九")} | dict.fromkeys("零○ＯO", 0)
_DIGITS |= {"两": 2} | dict.fromkeys("－—", 1)

_NUMBER = rf"[{_NUMERAL}－—]{{1,9}}|[{_NUMERAL}](?:[ \u3000]?[{_NUMERAL}]){{1,8}}|[0-9０-９]{{1,4}}"
_LABEL = rf"""
    [第笫][ \u3000]*(?P<number>{_NUMBER})
    (?:-(?P<dashed>[0-9]{{1,3}}))?[ \u3000]*条
    (?:[ \u3000]*之[ \u3000]*(?P<sub>[{_NUMERAL}]{{1,3}}|[0-9０-９]{{1,3}})(?![般切]))?
"""
_ARTICLE = re.compile(
    rf"(?:\#{{1,6}}[ \u3000]*)?(?P<bold>\*\*)?(?P<label>{_LABEL})(?(bold)\*\*)(?P<gap>[{_BLANK}]*)", re.VERBOSE
)

# What follows 第…条 when a sentence only refers to that article. Directly behind it, without a space …
_AND = r"(?:[、，,和与及或至到~～—－-]|以及|或者)[ \u3000]*"
_ITEM = rf"第[ \u3000]*(?:{_NUMBER})[ \u3000]*[款项]"
_REFERENCE = re.compile(
    rf"""{_AND}[第前]                                      # 第三条、第四条 / 第三条至第五条
    |第[ \u3000]*(?:{_NUMBER})[ \u3000]*[款项条目]|[（(][{_NUMERAL}]+[）)]项  # 第三条第二款 / 第三条（二）项
    |的|之|规定|所[称列规指述涉]|中(?:的|[“"，：:]|规定|增加|删|关于)|以外|外[，的]|等[条规]|关于[^。]{{0,40}}规定
    |修改为|修改如下|改为|作为第|增加[{_NUMERAL}1-9“第：:]|删去|删除[第“]|废止|停止执行
    |[，；。！？）】》”’」』]                               # the end of a wrapped line
    |例(?!外|如)|约(?!定|束)|款(?!项)|件|目(?!前|的|标|录)    # 第一条例, 第二条约, 第三条款: no article at all
    """,
    re.VERBOSE,
)
# … and with a space behind it, where only what can never open an article counts.
_SPACED_REFERENCE = re.compile(
    rf"""{_AND}[第前]|的|之规定|规定[的，]|所[称列规述]|{_ITEM}(?:[规所的中、和至修]|第)
    |修改为|修改如下|改为|增加[一二三四五六七八九][款项条]""",
    re.VERBOSE,
)
# A line that ends so goes on in the next one, which then cannot open an article.
_UNFINISHED = re.compile(
    r"(?:依照|依据|根据|按照|违反|适用|参照|符合|本(?:法|条例|办法|规定|解释|规则|细则|决定)|[》、，,]|和|或者|以及)$"
)
_MARKDOWN_HEADING = re.compile(r"(#{1,6})(?=\s|第)\s*(.*)")
_DIVISION = re.compile(rf"[第笫][ \u3000]*(?P<number>{_NUMBER})[ \u3000]*(?P<kind>分编|编|篇|部分|章|节)(?P<rest>.*)")
_NO_DIVISION = re.compile(rf"{_AND}第|第|的|规定|所[称列规]|中[的，]|相应|改为|修改|增加|删|[、，。]")
_SENTENCE_MARK = re.compile("[。；：，！？]")
_ANNEX = re.compile(rf"附[件录表图]?[ \u3000]*(?:[{_NUMERAL}]+|[0-9]{{1,2}})?(?:$|[：:\s].{{0,40}}$)")
_PAGE_NUMBER = re.compile(r"[\s.…·]*\d*$")
_SENTENCE_END = re.compile("(?<=[。；：！？”）])[ \u3000]*(?=[第笫])")

_RANKS = {"编": 0, "篇": 0, "部分": 0, "分编": 1, "章": 2, "节": 3}
_ANCHOR_NAMES = ("bian", "fenbian", "zhang", "jie")
_UNNUMBERED = {"总则": "章", "附则": "章"}


@dataclass(frozen=True, slots=True)
class LawArticle:
    """One 第…条 of a text.

    `number` from 1; `sub` is 0, or 1 for 之一; `label` as printed (第二十三条之一); `anchor` unique in the text;
    `chapter` the headings above it, joined by " / " (empty if none); `text` without the label, one line a paragraph.
    """

    number: int
    sub: int
    label: str
    anchor: str
    chapter: str
    text: str

    @property
    def paragraphs(self) -> list[str]:
        """The article's paragraphs (款, 项), in order."""
        return self.text.split("\n")


@dataclass(frozen=True, slots=True)
class LawPart:
    """One piece of a law text, to be rendered in order.

    heading: `text`, `level` (2 to 6, for h2 to h6), `anchor`. article: `article`, `anchor`; `text` is the article's.
    paragraph: `text`.
    """

    kind: Literal["heading", "article", "paragraph"]
    text: str
    level: int = 0
    anchor: str = ""
    article: LawArticle | None = None


class Anchors:
    """Anchors given on one page. Pass one object to every `parse_law` of a page that holds several law texts."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()

    def take(self, wanted: str) -> str:
        """The wanted anchor, or, when it is taken, the same with `--2`, `--3` …"""
        self._given[wanted] += 1
        count = self._given[wanted]
        return wanted if count == 1 else f"{wanted}--{count}"


def split_articles(text: str) -> list[LawArticle]:
    """The articles of a law text, in order; none for a text without 第…条 at the start of a line."""
    return [part.article for part in parse_law(text) if part.article is not None]


def parse_law(text: str, anchors: Anchors | None = None) -> list[LawPart]:
    """Headings, articles and paragraphs of a law text, in order.

    One line is one paragraph; blank lines only separate. Headings are Markdown's (`## …`), or lines such as
    第一章 总则, 附则, 附件一. 编, 分编, 章 and 节 get the level of their rank among those that the text has, whatever
    the number of `#`. A heading ends the article before it.
    """
    return _Assembly(_list_lines(text), anchors or Anchors()).parts


def separate_joined_articles(text: str) -> str:
    """The text with a line break before each article that the source ran on behind the one before it.

    Only where a sentence ends, the number is exactly the next one, and no reference follows: "…执行。 第十八条继续教育…".
    """
    return "\n".join(_list_separated(text))


def _list_separated(text: str) -> list[str]:
    separated: list[str] = []
    last = 0
    for line in text.split("\n"):
        pieces = [line]
        for position in _SENTENCE_END.finditer(line):
            match = _find_article(line[position.end() :])
            if match and _number_of(match) == last_number(pieces[-1], last) + 1:
                start = position.start() - (len(line) - len(pieces[-1]))
                pieces[-1:] = [pieces[-1][:start], line[position.end() :]]
        for piece in pieces:
            last = last_number(piece, last)
        separated += pieces
    return separated
