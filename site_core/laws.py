"""Law texts: headings, articles (第…条) with anchors, and plain paragraphs, in the order of the text.

Plain Python: no HTML is written here and nothing is stored. Templates render `parse_law`; who needs the
articles alone (search, quizzes) takes `split_articles`.

Anchors (without `#`): 第二十三条 is `tiao-23`, 第二十三条之一 `tiao-23-1`. Where a number comes again (annex,
second document in one body) the first keeps `tiao-23`, the next are `tiao-23--2`, `tiao-23--3`: two hyphens,
so that they never look like a 之. Only the repeated number is affected; all other anchors of the text stay.
Headings: `zhang-2`, below a 编 `bian-1-zhang-2`, and so on; those without a number `bt-1`, `bt-2` in order.
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
# A dash for 一, and 笫 for 第 below, are misprints found in real texts (第三十－条, 笫五十四条).
_DIGITS = {char: index for index, char in enumerate("〇一二三四五六七八九")} | {"两": 2}
_DIGITS |= dict.fromkeys("零○ＯO", 0) | dict.fromkeys("－—", 1)

_NUMBER = rf"[{_NUMERAL}－—]{{1,9}}|[{_NUMERAL}](?:[ \u3000]?[{_NUMERAL}]){{1,8}}|[0-9０-９]{{1,4}}"
_LABEL = rf"""[第笫][ \u3000]*(?P<number>{_NUMBER})(?:-(?P<dashed>[0-9]{{1,3}}))?[ \u3000]*条
    (?:[ \u3000]*之[ \u3000]*(?P<sub>[{_NUMERAL}]{{1,3}}|[0-9０-９]{{1,3}})(?![般切]))?"""
_ARTICLE = re.compile(
    rf"""(?:\#{{1,6}}[ \u3000]*)?(?P<bold>\*\*)?(?P<label>{_LABEL})(?(bold)\*\*)(?P<gap>[{_BLANK}]*)""", re.VERBOSE
)
_NAMED = re.compile(_LABEL, re.VERBOSE)

# What follows 第…条 when a sentence only refers to that article. Directly behind it, without a space:
_AND = r"(?:[、，,和与及或至到~～—－-]|以及|或者)[ \u3000]*"
_REFERENCE = re.compile(
    rf"""{_AND}[第前]                                     # 第三条、第四条; 第三条至第五条
    |第[ \u3000]*(?:{_NUMBER})[ \u3000]*[款项条目]          # 第三条第二款
    |[（(][{_NUMERAL}]+[）)]项                              # 第三条（二）项
    |的|之|规定|所[称列规指述涉]|中(?:的|[“"，：:]|规定|增加|删|关于)|以外|外[，的]|等[条规]|关于[^。]{{0,40}}规定
    |修改为|修改如下|改为|作为第|增加[{_NUMERAL}1-9“第：:]|删去|删除[第“]|废止|停止执行
    |[，；。！？）】》”’」』]                                # the end of a wrapped line
    |例(?!外|如)|约(?!定|束)|款(?!项)|件|目(?!前|的|标|录)   # 第一条例, 第三条款: no article at all
    """,
    re.VERBOSE,
)
# With a space behind 第…条 only what can never open an article counts.
_SPACED_REFERENCE = re.compile(
    rf"""{_AND}[第前]|的|之规定|规定[的，]|所[称列规述]|修改为|修改如下|改为|增加[{_NUMERAL}][款项条]
    |第[ \u3000]*(?:{_NUMBER})[ \u3000]*[款项](?:[规所的、中和至修]|第)""",
    re.VERBOSE,
)
# A line that ends so goes on in the next one, which then cannot open an article.
_UNFINISHED = re.compile(
    r"(?:依照|依据|根据|按照|违反|适用|参照|符合|本(?:法|条例|办法|规定|解释|规则|细则|决定)|[、，,]|和|或者|以及)$"
)
_SENTENCE_END = re.compile(r"(?<=[。！？])([ \u3000]*)(?=[第笫][^条\n]{1,12}条)")

_MARKDOWN_HEADING = re.compile(r"(#{1,6})(?=\s|第)\s*(.+)")
_DIVISION = re.compile(rf"[第笫][ \u3000]*(?P<number>{_NUMBER})[ \u3000]*(?P<kind>分编|编|篇|部分|章|节)(?P<rest>.*)")
_NO_DIVISION = re.compile(rf"{_AND}第|第|的|规定|所[称列规]|中[的，]|相应|改为|修改|增加|删|[、，。]")
_SENTENCE_MARK = re.compile("[。；：，！？]")
_ANNEX = re.compile(rf"附[件录表图]?[ \u3000]*(?:[{_NUMERAL}]+|[0-9]{{1,2}})?(?:$|[：:\s].{{0,40}}$)")
_UNNUMBERED = {"总则", "附则", "序言", "目录"}
_CONTENTS = {"目录", "目 录"}
_RANKS = {"编": 0, "篇": 0, "部分": 0, "分编": 1, "章": 2, "节": 3}
_RANK_NAMES = ("bian", "fenbian", "zhang", "jie")
_LEADERS = re.compile(r"[\s.…·]*\d*$")  # the dots and the page number of a table of contents


@dataclass(frozen=True, slots=True)
class LawArticle:
    """One 第…条 of a text.

    `number` from 1; `sub` is 0, or 1 for 之一; `label` as printed (第二十三条之一); `anchor` unique in the
    text; `chapter` the headings above it, joined by " / ", or empty; `text` without the label, one line a
    paragraph.
    """

    number: int
    sub: int
    label: str
    anchor: str
    chapter: str
    text: str

    @property
    def paragraphs(self) -> list[str]:
        """The article's paragraphs (款, 项), in order; none for an article without text."""
        return self.text.split("\n") if self.text else []


@dataclass(frozen=True, slots=True)
class LawPart:
    """One piece of a law text, to be rendered in order.

    heading: `text`, `level` (2 to 6, for h2 to h6), `anchor`. article: `article`, and its `text` and `anchor`
    once more. paragraph: `text`.
    """

    kind: Literal["heading", "article", "paragraph"]
    text: str
    level: int = 0
    anchor: str = ""
    article: LawArticle | None = None


class Anchors:
    """Anchors given on one page: where it holds several law texts, pass one object to every `parse_law`."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()

    def take(self, wanted: str) -> str:
        """The wanted anchor, or, when it is taken, the same with `--2`, `--3` …"""
        self._given[wanted] += 1
        count = self._given[wanted]
        return wanted if count == 1 else f"{wanted}--{count}"

    def take_next(self, name: str) -> str:
        """`name-1`, then `name-2` …"""
        self._given[name] += 1
        return f"{name}-{self._given[name]}"


def split_articles(text: str) -> list[LawArticle]:
    """The articles of a law text, in order; none for a text without 第…条 at the start of a line."""
    return [part.article for part in parse_law(text) if part.article is not None]


def parse_law(text: str, anchors: Anchors | None = None) -> list[LawPart]:
    """Headings, articles and paragraphs of a law text, in order.

    One line is one paragraph; blank lines only separate. Headings are Markdown's (`## …`), or lines such as
    第一章 总则, 附则, 附件一. 编, 分编, 章 and 节 get the level of their rank among those that the text has,
    whatever the number of `#`. A heading ends the article before it. An article starts only where 第…条
    stands at the start of a line that is neither a reference (第三条规定的…) nor goes on from the one before.
    Headings that stand in a table of contents are paragraphs.
    """
    return _Assembly(_list_lines(text), anchors or Anchors()).parts


def find_anchor(reference: str) -> str:
    """Anchor of the article that a reference names first (第二十三条第一款 → tiao-23); '' where it names none."""
    match = _NAMED.search(reference)
    number = to_number(match["number"]) if match else 0
    if match is None or not 1 <= number <= _HIGHEST_NUMBER:
        return ""
    sub = to_number(match["sub"] or match["dashed"] or "零")
    return _anchor_of(number, sub)


def _anchor_of(number: int, sub: int) -> str:
    return f"tiao-{number}-{sub}" if sub else f"tiao-{number}"


def separate_joined_articles(text: str) -> str:
    """The text with a line break before each article that its source ran on behind the one before it.

    Only where a sentence ends, the number is exactly the next one, and no reference follows
    (… 考核依据。 第十八条继续教育实行登记制度。…).
    """
    if _SENTENCE_END.search(text) is None:
        return text
    last, separated = 0, []
    for line in text.split("\n"):
        separated_line, last = _separate_line(line, last)
        separated.append(separated_line)
    return "\n".join(separated)


def _separate_line(line: str, last: int) -> tuple[str, int]:
    """The line with its articles separated, and the number of the last article up to its end."""
    head, *others = _SENTENCE_END.split(line)
    start = _find_start(head.strip(_BLANK))
    last = start.number if start else last
    for gap, piece in zip(others[::2], others[1::2], strict=True):
        start = _find_start(piece)
        is_next = start is not None and start.number == last + 1
        head += ("\n" if is_next else gap) + piece
        last += is_next
    return head, last


@dataclass(slots=True)
class _Start:
    """Where an article starts: its number, its label, and the rest of the line."""

    number: int
    sub: int
    label: str
    rest: str


@dataclass(slots=True)
class _Heading:
    """A heading before its level is known: `rank` 0–3 for 编 to 节, else None; `sharps` 0 if plain."""

    text: str
    rank: int | None
    number: int
    sharps: int


_Line = _Start | _Heading | str  # a plain string is a paragraph


def _find_start(line: str) -> _Start | None:
    match = _ARTICLE.match(line)
    if match is None:
        return None
    reference = _SPACED_REFERENCE if match["gap"] else _REFERENCE
    number = to_number(match["number"])
    if reference.match(line, match.end()) or not 1 <= number <= _HIGHEST_NUMBER:
        return None
    sub = to_number(match["sub"] or match["dashed"] or "零")
    label = re.sub(r"\s", "", match["label"])
    return _Start(number, sub, label, line[match.end() :].lstrip("：:、.．" + _BLANK))


def to_number(numeral: str) -> int:
    """A Chinese (一千二百六十, 一二六〇) or Arabic numeral as a number; 0 for 零."""
    numeral = re.sub(r"\s", "", numeral)
    if numeral.isdecimal():
        return int(numeral)
    if not _UNITS.keys() & set(numeral):
        return int("".join(str(_DIGITS[char]) for char in numeral))
    total = digit = 0
    for char in numeral:
        if char in _UNITS:
            total, digit = total + (digit or 1) * _UNITS[char], 0
        else:
            digit = _DIGITS[char]
    return total + digit


def _list_lines(text: str) -> list[_Line]:
    """The text's lines, each as what it is: the start of an article, a heading, or a paragraph."""
    lines: list[_Line] = []
    for raw in text.splitlines():
        line = raw.strip(_BLANK)
        if line:
            lines.append(_classify(line, lines[-1] if lines else ""))
    end = _find_end_of_contents(lines)
    return [_as_entry(line) for line in lines[:end]] + lines[end:]


def _find_end_of_contents(lines: list[_Line]) -> int:
    """Where a table of contents ends: at the first heading to come again before the first article, else 0."""
    seen: set[str] = set()
    above: dict[int, str] = {}
    for index, line in enumerate(lines):
        if isinstance(line, _Start):
            break
        if isinstance(line, _Heading):
            rank = _RANKS["章"] if line.rank is None else line.rank
            above = {key: entry for key, entry in above.items() if key < rank}
            above[rank] = _LEADERS.sub("", line.text)
            path = "/".join(above.values())
            if path in seen:
                return index
            seen.add(path)
    return 0


def _classify(line: str, before: _Line) -> _Line:
    # Most lines are plain paragraphs: a look at the first character saves them two regular expressions.
    if line[0] not in "#*第笫附总序目":
        return line
    start = _find_start(line)
    if start is not None and not _is_unfinished(before):
        return start
    return _find_heading(line) or line


def _is_unfinished(before: _Line) -> bool:
    if isinstance(before, _Heading):
        return False
    return bool(_UNFINISHED.search(before.rest if isinstance(before, _Start) else before))


def _find_heading(line: str) -> _Heading | None:
    marked = _MARKDOWN_HEADING.fullmatch(line)
    sharps, text = (len(marked[1]), marked[2]) if marked else (0, line)
    text = " ".join(text.replace("\u200b", "").rstrip("#").split())
    division = _DIVISION.match(text)
    if division and (sharps or _is_plain_division(text, division["rest"])):
        return _Heading(text, _RANKS[division["kind"]], to_number(division["number"]), sharps)
    if sharps or text.replace(" ", "") in _UNNUMBERED or _ANNEX.match(text):
        return _Heading(text, None, 0, sharps)
    return None


def _is_plain_division(text: str, rest: str) -> bool:
    """Tells 第一章 总则 from a sentence such as 第一章规定的…"""
    if len(text) > _LONGEST_PLAIN_HEADING or _SENTENCE_MARK.search(text):
        return False
    return not _NO_DIVISION.match(rest)


def _as_entry(line: _Line) -> _Line:
    """A line of a table of contents: a paragraph, save its own heading."""
    return line.text if isinstance(line, _Heading) and line.text not in _CONTENTS else line


class _Assembly:
    """Puts lines together to parts: gives levels and anchors, and gathers the paragraphs of each article."""

    def __init__(self, lines: list[_Line], anchors: Anchors) -> None:
        self.parts: list[LawPart] = []
        self._anchors = anchors
        self._levels = _list_levels(lines)
        self._above: list[tuple[int, _Heading]] = []
        self._open: _Start | None = None
        self._paragraphs: list[str] = []
        for line in lines:
            self._add(line)
        self._close_article()

    def _add(self, line: _Line) -> None:
        if isinstance(line, _Start):
            self._close_article()
            self._open, self._paragraphs = line, [line.rest] if line.rest else []
        elif isinstance(line, _Heading):
            self._close_article()
            self._add_heading(line)
        elif self._open is not None:
            self._paragraphs.append(line)
        else:
            self.parts.append(LawPart("paragraph", line))

    def _add_heading(self, heading: _Heading) -> None:
        level = self._level_of(heading)
        self._above = [(depth, above) for depth, above in self._above if depth < level] + [(level, heading)]
        anchor = self._anchors.take_next("bt") if heading.rank is None else self._anchors.take(self._path())
        self.parts.append(LawPart("heading", heading.text, level, anchor))

    def _level_of(self, heading: _Heading) -> int:
        if heading.rank is not None:
            return self._levels[heading.rank]
        if heading.sharps:
            return min(max(heading.sharps, _TOP_LEVEL), _LOWEST_LEVEL)
        is_chapter = heading.text.replace(" ", "") in ("总则", "附则")
        return self._levels.get(_RANKS["章"], _TOP_LEVEL) if is_chapter else _TOP_LEVEL

    def _path(self) -> str:
        numbered = [heading for _, heading in self._above if heading.rank is not None]
        return "-".join(f"{_RANK_NAMES[heading.rank or 0]}-{heading.number}" for heading in numbered)

    def _close_article(self) -> None:
        if self._open is None:
            return
        start, self._open = self._open, None
        anchor = self._anchors.take(_anchor_of(start.number, start.sub))
        chapter = " / ".join(heading.text for _, heading in self._above)
        text = "\n".join(self._paragraphs)
        article = LawArticle(start.number, start.sub, start.label, anchor, chapter, text)
        self.parts.append(LawPart("article", text, anchor=anchor, article=article))


def _list_levels(lines: list[_Line]) -> dict[int, int]:
    """Level of each rank that occurs: 章 and 节 get 2 and 3, but 3 and 4 in a text that has 编 too."""
    ranks = {line.rank for line in lines if isinstance(line, _Heading) and line.rank is not None}
    return {rank: _TOP_LEVEL + index for index, rank in enumerate(sorted(ranks))}
