"""Numbers of documents and decrees in one form: 法释〔2020〕17号 = 法释[2020]17, 国务院令第385号 = 国令385号.

Forms: `法释2020-17` for numbers of a year, `国务院令385` for decrees; `令385` beside it, since readers leave the organ out.
"""

import re

from search.analysis.folding import fold
from site_core.laws import to_number

_HAN = "\u4e00-\u9fff"
_DIGITS = r"[0-9〇零一二三四五六七八九十百千]{1,6}"
_OF_YEAR = re.compile(
    rf"(?P<organ>[{_HAN}]{{1,8}}) ?(?:[〔\[(【{{<「] ?(?P<year>(?:19|20)\d\d) ?[〕\])】}}>」]|(?P<bare>(?:19|20)\d\d)[- ])"
    rf" ?第? ?(?P<number>\d{{1,5}})(?: ?号|\b)"
)
_DECREE = re.compile(rf"(?P<organ>[{_HAN}、,]{{0,40}}?)令 ?第? ?(?P<number>{_DIGITS}) ?号")
_DECREE_LAST = re.compile(rf"(?P<organ>[{_HAN}、,]{{0,40}}?)第? ?(?P<number>{_DIGITS}) ?号令")
_DECREE_BARE = re.compile(r"(?P<organ>国务院|主席|国)令 ?第? ?(?P<number>\d{1,4})(?!\d)")
# 索引号: organ code and serial of the year.
_INDEX_NUMBER = re.compile(r"(?<![0-9a-z])[0-9a-z]{6,20}/(?:19|20)\d\d-\d{3,10}(?!\d)")
_SHORT_ORGANS = {"国": "国务院", "": ""}
_NOT_ORGAN = re.compile(r"^.*(?:根据|依照|按照|年|月|日|以|由|经|的|及|和(?!国))")
_STATE = "中华人民共和国"


def find_numbers(text: str) -> list[str]:
    """Numbers that stand in the text, in their one form, in order, none twice."""
    found = [form for _, _, forms in find_spans(text) for form in forms]
    return list(dict.fromkeys(found))


def find_spans(text: str) -> list[tuple[int, int, list[str]]]:
    """(start, end, forms) of each number in the text, in order; places are those of the folded text."""
    folded = fold(text)
    spans = [(match.start(), match.end(), _forms_of_year(match)) for match in _OF_YEAR.finditer(folded)]
    if "/" in folded:
        spans += [(match.start(), match.end(), [match[0]]) for match in _INDEX_NUMBER.finditer(folded)]
    if "令" in folded:
        for pattern in (_DECREE, _DECREE_LAST, _DECREE_BARE):
            spans += [
                (match.start(), match.end(), _forms_of_decree(match))
                for match in pattern.finditer(folded)
                if not any(start < match.end() and match.start() < end for start, end, _ in spans)
            ]
    return sorted(span for span in spans if span[2])


def _forms_of_year(match: re.Match[str]) -> list[str]:
    """With what may be the organ's letters: in running text others stand before them, so each ending is a form."""
    organ = _NOT_ORGAN.sub("", match["organ"]) or match["organ"]
    year = match["year"] or match["bare"]
    return [f"{organ[start:]}{year}-{int(match['number'])}" for start in range(len(organ))]


def _forms_of_decree(match: re.Match[str]) -> list[str]:
    number = to_number(match["number"])
    if not 0 < number < 10_000:
        return []
    organs = [_shorten(part) for part in re.split("[、,]", match["organ"])]
    named = [f"{organ}令{number}" for organ in organs if organ]
    return [*named, f"令{number}"]


def _shorten(organ: str) -> str:
    organ = _NOT_ORGAN.sub("", organ.rpartition(_STATE)[2])
    return _SHORT_ORGANS.get(organ, organ)[-12:]
