"""Checks of page types with rules of their own: service guides and policy documents."""

import re
from collections.abc import Iterator

from site_core.checking.markup import read_markup
from site_core.checking.pieces import PieceKind
from site_core.publication_checks import Draft, Finding, Severity
from site_core.selectors import get_details

_VAGUE = re.compile(r"(?:其他|其它|有关|相关)(?:材料|资料|证件|文件|手续)")


def check_vague_words(draft: Draft) -> Iterator[Finding]:
    """Words like 其他材料 tell nobody what to bring; each costs points (domain §2.3, 办事指南)."""
    for piece in draft.pieces:
        is_markup = piece.kind in {PieceKind.RICH, PieceKind.TABLE}
        text = read_markup(piece.value).text if is_markup else piece.value if piece.kind == PieceKind.TEXT else ""
        words = list(dict.fromkeys(_VAGUE.findall(text)))
        if words:
            message = f"有含糊的说法：{'、'.join(f'“{word}”' for word in words)}。"
            hint = "请写明是哪些，群众才知道带什么。"
            yield Finding(Severity.SHOULD, piece.where, message, hint, piece.field, piece.path)


def check_guide_elements(draft: Draft) -> Iterator[Finding]:
    """Key elements that are missing; a guide that lacks four counts as a fault (domain §2.1 V6)."""
    missing = draft.page.list_missing_elements()
    if missing:
        hint = "缺四类及以上的，检查时按不合格计。"
        yield Finding(Severity.SHOULD, "办事指南", f"缺少关键要素：{'、'.join(missing)}。", hint)


def check_index_number(draft: Draft) -> Iterator[Finding]:
    """A document takes its 索引号 when it is published, and the site must be able to give one."""
    if not draft.page.index_number and not get_details().organ_code:
        message = "本站还没有填写机构代码，不能生成索引号。"
        yield Finding(Severity.MUST, "索引号", message, "请网站管理员在“设置—网站信息”中填写。")


def check_document_dates(draft: Draft) -> Iterator[Finding]:
    """A policy document states when it was made, and can be told by its number (domain §5.2)."""
    if draft.page.issued_on is None:
        yield Finding(Severity.SHOULD, "成文日期", "没有成文日期。", "政策文件须公布成文日期。", "issued_on")
