"""Between the address and the question: what a query string asks, and the query string of a question."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from search.analysis.understanding import read_text
from search.answers import ALL, LAST_PAGE, SITE, Question
from search.engines.base import FACETS

_FIELDS = ("all", "title", "text", "number")
_SORTS = ("relevance", "date")
_LONGEST_VALUE = 60
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


def read_question(asked: Mapping[str, str], scopes: frozenset[str]) -> Question:
    """The question in a query string. What is impossible is left aside, with a notice for the reader.

    `scopes` are schema names of the sites that may be searched from here.
    """
    notices: list[str] = []
    scope = asked.get("scope", SITE) or SITE
    if scope not in (SITE, ALL) and scope not in scopes:
        notices.append("没有这个范围的网站，已改为搜索全部网站。")
        scope = ALL
    since, until = _read_day(asked, "since", notices), _read_day(asked, "until", notices)
    if since and until and since > until:
        notices.append("起始日期晚于截止日期，已忽略日期条件。")
        since = until = None
    return Question(
        text=read_text(asked.get("q", "")),
        scope=scope,
        facets=_read_facets(asked, scopes, notices),
        since=since,
        until=until,
        field=_read_choice(asked, "field", _FIELDS, notices, "查找位置"),
        sort=_read_choice(asked, "sort", _SORTS, notices, "排序方式"),
        page=_read_page(asked),
        notices=tuple(notices),
    )


def _read_day(asked: Mapping[str, str], name: str, notices: list[str]) -> date | None:
    value = asked.get(name, "").strip()
    try:
        day = date.fromisoformat(value) if value else None
    except ValueError:
        day = None
        notices.append(f"日期“{value[:20]}”不是有效日期，已忽略。")
    if day and not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        notices.append(f"日期“{value}”超出范围，已忽略。")
        return None
    return day


def _read_facets(asked: Mapping[str, str], scopes: frozenset[str], notices: list[str]) -> dict[str, str]:
    known = _list_known_values() | {"site": scopes}
    facets = {}
    for name in FACETS:
        value = asked.get(name, "").replace("\x00", "").strip()[:_LONGEST_VALUE]
        if not value:
            continue
        if name == "year" and not (value.isascii() and value.isdigit() and _FIRST_YEAR <= int(value) <= _LAST_YEAR):
            notices.append(f"年份“{value}”不是有效年份，已忽略。")
        elif name in known and value not in known[name]:
            notices.append(f"没有“{value[:20]}”这个筛选项，已忽略。")
        else:
            facets[name] = value
    return facets


def _list_known_values() -> dict[str, frozenset[str]]:
    from search.models import PageType
    from site_core.column_kinds import ColumnKind
    from site_core.models.documents import Topic, Validity

    kinds = {"kind": ColumnKind, "type": PageType, "validity": Validity, "topic": Topic}
    return {name: frozenset(choices.values) for name, choices in kinds.items()}


def _read_choice(asked: Mapping[str, str], name: str, choices: tuple[str, ...], notices: list[str], label: str) -> Any:
    value = asked.get(name, "") or choices[0]
    if value not in choices:
        notices.append(f"没有这种{label}，已忽略。")
        return choices[0]
    return value


def _read_page(asked: Mapping[str, str]) -> int:
    value = asked.get("page", "")
    return min(max(int(value), 1), LAST_PAGE) if value.isascii() and value.isdigit() and len(value) < 10 else 1


def write_query(question: Question, **changes: Any) -> str:
    """The question as a query string; what is as usual is left out, and a change leads to the first page."""
    changed = replace(question, **{"page": 1, **changes})
    pairs = [("q", changed.text), ("scope", "" if changed.scope == SITE else changed.scope)]
    pairs += [(name, changed.facets.get(name, "")) for name in FACETS]
    pairs += [
        ("since", changed.since.isoformat() if changed.since else ""),
        ("until", changed.until.isoformat() if changed.until else ""),
        ("field", "" if changed.field == "all" else changed.field),
        ("sort", "" if changed.sort == "relevance" else changed.sort),
        ("page", str(changed.page) if changed.page > 1 else ""),
    ]
    return urlencode([(name, value) for name, value in pairs if value])


def list_kept(question: Question) -> list[tuple[str, str]]:
    """What the form keeps in hidden fields when other words are typed: the scope alone; filters belong to the old words."""
    return [] if question.scope == SITE else [("scope", question.scope)]
