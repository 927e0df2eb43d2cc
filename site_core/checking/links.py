"""Checks of links: to pages and files of the site that are gone or not public, and to addresses that cannot be right.

Nothing is asked over the network.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from site_core.checking.markup import read_markup
from site_core.checking.pieces import Piece, PieceKind
from site_core.checking.selectors import find_page_states, list_missing_documents, list_missing_paths
from site_core.publication_checks import Draft, Finding, Severity
from tenants.current import root_url

_SCHEMES = {"http", "https", "mailto", "tel"}
_HOST = re.compile(r"[^\s，。；、《》（）“”]+\.[^\s，。；、《》（）“”.]{2,}|localhost")
_BAD = re.compile(r"[\s，。；、《》“”<>\"]")


@dataclass(frozen=True)
class _Target:
    """One link with the piece it stands in; `words` name it in messages."""

    piece: Piece
    kind: str
    value: str
    words: str


def check_links(draft: Draft) -> Iterator[Finding]:
    """All links of the page; at most three queries, none without links."""
    targets = [target for piece in draft.pieces for target in _list_targets(piece)]
    yield from _check_pages([each for each in targets if each.kind == "page" and each.value != str(draft.page.pk)])
    yield from _check_documents([each for each in targets if each.kind == "document"])
    yield from _check_addresses([each for each in targets if each.kind == "address"])
    yield from _check_choices(draft)


def _list_targets(piece: Piece) -> Iterator[_Target]:
    if piece.kind in {PieceKind.RICH, PieceKind.TABLE}:
        for link in read_markup(piece.value).links:
            yield _Target(piece, link.kind, link.target, link.text or link.target)
    elif piece.kind == PieceKind.URL and piece.value:
        yield _Target(piece, "address", piece.value, piece.value)
    elif piece.kind == PieceKind.PAGE and piece.value is not None:
        yield _Target(piece, "page", str(piece.value.pk), piece.value.title)


def _check_pages(targets: list[_Target]) -> Iterator[Finding]:
    states = find_page_states({int(each.value) for each in targets if each.value.isdecimal()}) if targets else {}
    for each in targets:
        state = states.get(int(each.value)) if each.value.isdecimal() else None
        if state is None:
            yield _must(each, f"链接“{_short(each)}”指向的页面已经删除。")
        elif not state:
            message = f"链接“{_short(each)}”指向的页面还没有发布。"
            yield _finding(each, Severity.SHOULD, message, "读者打不开它，请先发布那个页面。")


def _check_documents(targets: list[_Target]) -> Iterator[Finding]:
    known = {int(each.value) for each in targets if each.value.isdecimal()}
    missing = list_missing_documents(known) if known else set()
    for each in targets:
        if not each.value.isdecimal() or int(each.value) in missing:
            yield _must(each, f"链接“{_short(each)}”指向的文件已经删除。")


def _check_addresses(targets: list[_Target]) -> Iterator[Finding]:
    own: list[_Target] = []
    for each in targets:
        if _find_own_path(each.value):
            own.append(each)
        elif not _is_wellformed(each.value):
            yield _must(each, f"链接“{_short(each)}”的网址不正确：{each.value[:80] or '（空）'}。")
        elif _is_numeric_host(each.value):
            hint = "政府网站不使用 IP 地址，请改用域名。"
            yield _finding(each, Severity.SHOULD, f"链接“{_short(each)}”用的是 IP 地址。", hint)
    missing = list_missing_paths({_find_own_path(each.value) for each in own}) if own else set()
    for each in own:
        if (path := _find_own_path(each.value)) in missing:
            yield _must(each, f"链接“{_short(each)}”指向的本站网址不存在：{path}。")


def _check_choices(draft: Draft) -> Iterator[Finding]:
    names = {PieceKind.FILE: "文件", PieceKind.PAGE: "页面", PieceKind.PICTURE: "图片"}
    for piece in draft.pieces:
        if piece.kind in names and piece.value is None and piece.is_required:
            message = f"所选的{names[piece.kind]}已经删除。"
            yield Finding(Severity.MUST, piece.where, message, "请重新选择或删去。", piece.field, piece.path)


def _find_own_path(address: str) -> str:
    """The path on this site that the address leads to, '' for any other."""
    if address.startswith("/") and not address.startswith("//"):
        return unquote(urlsplit(address).path)
    root = root_url()
    own = address == root or address.startswith(f"{root}/")
    return unquote(urlsplit(address).path) or "/" if own else ""


def _is_wellformed(address: str) -> bool:
    if address.startswith("#"):
        return len(address) > 1
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    if _BAD.search(address.strip()) or parts.scheme not in _SCHEMES:
        return False
    if parts.scheme in {"mailto", "tel"}:
        return bool(parts.path)
    return bool(_HOST.fullmatch(host)) or _is_numeric_host(address)


def _is_numeric_host(address: str) -> bool:
    try:
        ip_address(urlsplit(address).hostname or "")
    except ValueError:
        return False
    return True


def _short(target: _Target) -> str:
    return target.words if len(target.words) <= 30 else f"{target.words[:30]}…"


def _must(target: _Target, message: str) -> Finding:
    return _finding(target, Severity.MUST, message, "请更正或取消链接。")


def _finding(target: _Target, severity: Severity, message: str, hint: str) -> Finding:
    return Finding(severity, target.piece.where, message, hint, target.piece.field, target.piece.path)
