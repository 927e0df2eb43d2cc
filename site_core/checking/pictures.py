"""Checks of pictures: covers where lists show them, and words in their place for those who cannot see them."""

from collections.abc import Iterator

from site_core.checking.pieces import PieceKind
from site_core.column_kinds import ColumnKind
from site_core.publication_checks import Draft, Finding, Severity

_ILLUSTRATED_LAYOUTS = {"cards", "pictures"}
NEWS_DAYS = 14
"""Columns that are to be updated within two weeks are the news (domain §2.1 V4)."""


def check_cover(draft: Draft) -> Iterator[Finding]:
    """Lists with pictures, and news on the home page, want a cover; a cover wants words."""
    cover = draft.page.cover
    if cover is None and _shows_covers(draft):
        yield Finding(Severity.SHOULD, "封面", "没有封面。", "本栏目的列表和首页会显示封面。", "cover")
    elif cover is not None and not cover.description.strip():
        hint = "请在“图片”中打开它，填写描述。"
        yield Finding(Severity.SHOULD, "封面", f"封面图片“{cover.title}”没有替代文字。", hint, "cover")


def _shows_covers(draft: Draft) -> bool:
    column = draft.column
    if getattr(column, "layout", "") in _ILLUSTRATED_LAYOUTS:
        return True
    is_news = getattr(column, "kind", "") == ColumnKind.NEWS and 0 < column.update_days <= NEWS_DAYS
    return bool(is_news and not draft.page.label)


def check_pictures(draft: Draft) -> Iterator[Finding]:
    """Each picture of the body has an alternative text, or was said to be decoration (WCAG 1.1.1)."""
    for piece in draft.pieces:
        picture = piece.value
        if piece.kind != PieceKind.PICTURE or picture is None or not hasattr(picture, "contextual_alt_text"):
            continue
        if not picture.decorative and not (picture.contextual_alt_text or "").strip():
            message, hint = f"图片“{picture.title}”没有替代文字。", "请填写，或勾选“装饰性图片”。"
            path = (*piece.path, ("struct", "alt_text"))
            yield Finding(Severity.MUST, piece.where, message, hint, piece.field, path)
