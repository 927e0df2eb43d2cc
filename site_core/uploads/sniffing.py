"""From a name's claim and the content's evidence to a kind, or to a refusal."""

from codecs import BOM_UTF8
from collections.abc import Callable
from typing import IO

import puremagic

from .content import Content, kept_position
from .formats.cfb import ole_kind
from .formats.ebml import check_webm, ebml_kind
from .formats.isobmff import check_mp4, ftyp_kind
from .formats.mp3 import is_mp3
from .formats.pdf import check_pdf
from .formats.riff import check_wav, riff_kind
from .formats.text import find_markup, is_text
from .formats.zip import zip_kind
from .kinds import AGREEING, ALIASES, KINDS, FileKind
from .limits import DEFAULT_LIMITS, Limits, megabytes
from .names import safe_name
from .pictures.checking import check_image
from .refusals import LABELS, ContentFault, UploadRefused, mismatch

_Probe = str | Callable[[Content], str]
_MAGIC: tuple[tuple[bytes, _Probe], ...] = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"RIFF", riff_kind),
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", zip_kind),
    (b"PK\x05\x06", zip_kind),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ole_kind),
    (b"\x1aE\xdf\xa3", ebml_kind),
    (b"\x7fELF", "elf"),
)
_CHECKS: dict[str, Callable[[Content], None]] = {
    "image": check_image,
    "pdf": check_pdf,
    "wav": check_wav,
    "m4a": check_mp4,
    "mp4": check_mp4,
    "webm": check_webm,
}


def sniff(file: IO[bytes], *, name: str | None = None, limits: Limits = DEFAULT_LIMITS) -> FileKind:
    """The kind of `file`, which its name claims and its content confirms; the position of `file` is kept.

    `name` stands in for `file.name`. Raises UploadRefused for everything that is not whole, not accepted, or
    not what its extension says. Memory: one decoded picture, or some tens of MB for a zip. Whether sound and
    video are whole to the end cannot be told without decoding them: MP3 and WebM are known by their
    beginnings.
    """
    shown = safe_name(name or str(getattr(file, "name", None) or ""))
    with kept_position(file):
        try:
            return _confirm(Content(file, limits), shown)
        except ContentFault as fault:
            raise UploadRefused(f"“{shown}”{fault}") from fault


def _confirm(content: Content, name: str) -> FileKind:
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    claimed = ALIASES.get(extension, extension)
    kind = KINDS.get(claimed)
    _check_size(content, kind)
    actual = _identify(content)
    if kind is None or actual not in AGREEING.get(claimed, {claimed}):
        raise ContentFault(mismatch(claimed, actual))
    if check := _CHECKS.get(claimed, _CHECKS.get(kind.family)):
        check(content)
    return kind


def _check_size(content: Content, kind: FileKind | None) -> None:
    if content.size == 0:
        raise ContentFault("是空文件。请检查原文件后重新上传")
    limit = content.limits.of(kind.family if kind else None)
    if content.size > limit:
        raise ContentFault(f"有 {megabytes(content.size)}，超过上限 {megabytes(limit)}。请压缩或拆分后再上传")


def _identify(content: Content) -> str:
    """A key of `LABELS`, from the content alone. Every accepted container starts at its very first byte."""
    for magic, probe in _MAGIC:
        if content.head.startswith(magic):
            return probe if isinstance(probe, str) else probe(content)
    if content.head[4:8] == b"ftyp":
        return ftyp_kind(content)
    if markup := find_markup(content):
        return markup
    if is_mp3(content):
        return "mp3"
    if not is_text(content):
        return _foreign_kind(content)
    return "vtt" if content.head.removeprefix(BOM_UTF8).startswith(b"WEBVTT") else "txt"


def _foreign_kind(content: Content) -> str:
    """For the message only: whatever puremagic takes it for, if we have a word for that."""
    try:
        guesses = puremagic.magic_string(content.head)
    except (puremagic.PureError, ValueError):
        return "unknown"
    extensions = (guess.extension.lstrip(".").lower() for guess in guesses)
    # An accepted kind whose probe said no is damaged, not that kind.
    return next((name for name in extensions if name in LABELS and name not in KINDS), "unknown")
