"""Checks before publication: an article of law that a text cites exists."""

from collections.abc import Iterator
from typing import Any

from legal_education.cases.provisions import FoundLaw, find_laws
from legal_education.cases.references import CASES_COLUMN, bind, is_in_cases
from site_core.law_connections import cite
from site_core.publication_checks import Draft, Finding, Severity, register_check


def check_citations(draft: Draft) -> Iterator[Finding]:
    """No article that the law does not have; a case says which article it is about."""
    body = getattr(draft.page, "body", None) or ()
    places = [at for at, child in enumerate(body) if child.block_type == "law_reference"]
    citations = [cite(body[at].value) for at in places]
    bound = bind(citations)
    found = {each.bound.citation: each for each in find_laws(bound)}
    for at, citation in zip(places, citations, strict=True):
        if citation in found:
            yield from _check_one(found[citation], at)
    if not bound and _is_case(draft):
        hint = "在正文中加“法律依据”，案例就会出现在法律条文旁。"
        yield Finding(Severity.SHOULD, "正文", "案例没有写明适用的法律条文。", hint, "body")


def _check_one(found: FoundLaw, at: int) -> Iterator[Finding]:
    bound = found.bound
    where = f"正文第 {at + 1} 块“法律依据”"
    if bound.citation.article and not bound.anchor:
        yield Finding(
            Severity.SHOULD, where, f"看不出“{bound.citation.article}”是第几条。", "写成 第二十三条。", "body"
        )
    elif bound.anchor and found.entry is not None and not found.text:
        message = f"《{bound.law_title}》没有“{bound.citation.article}”。"
        yield Finding(Severity.MUST, where, message, f"请按网站上的《{found.entry.title}》核对条号。", "body")
    elif found.entry is None:
        message = f"全市网站上没有《{bound.law_title}》的全文。"
        yield Finding(Severity.SHOULD, where, message, "请核对名称；全文发布后会自动连到条文。", "body")


def _is_case(draft: Draft) -> bool:
    """Whether it stands among the cases, or is about to."""
    page: Any = draft.page
    if page.path:
        return is_in_cases(page)
    column: Any = draft.column
    return column is not None and (getattr(column, "node_key", "") == CASES_COLUMN or is_in_cases(column))


def register_own_checks() -> None:
    """Called once, when the app is ready."""
    from site_core.models import BasePage

    register_check(BasePage, check_citations)
