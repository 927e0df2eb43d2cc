"""Uploads are what they claim: kinds by content, pictures without positions, safe names.

Content is read, not run: no virus scan, and no macros found inside the binary streams of old .ppt and of
Excel 4 sheets in .xls. Who may upload, and where a file is stored, is not decided here.
"""

import re
import struct
import unicodedata
import zipfile
import zlib
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any, Final, Literal, get_args

import puremagic
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from PIL import Image, UnidentifiedImageError

Family = Literal["image", "document", "audio", "video", "archive"]
FAMILIES: Final = get_args(Family)

MEGABYTE = 1024 * 1024
MAX_IMAGE_BYTES = 20 * MEGABYTE
MAX_DOCUMENT_BYTES = 50 * MEGABYTE
MAX_AUDIO_BYTES = 100 * MEGABYTE
MAX_VIDEO_BYTES = 500 * MEGABYTE
MAX_ARCHIVE_BYTES = 100 * MEGABYTE
MAX_PIXELS = 50_000_000  # what a phone's camera gives at its best; 200 MB in memory at four bytes each
MAX_ANIMATED_PIXELS = 10 * MAX_PIXELS  # over all frames, one at a time
MAX_UNPACKED_BYTES = 1024 * MEGABYTE
MAX_UNPACKED_RATIO = 200  # office files reach 50; deflate ends at 1,032
MAX_MEMBERS = 10_000
# A sum this small harms nobody at any ratio, and small XML is often very repetitive.
HARMLESS_UNPACKED_BYTES = 10 * MEGABYTE
MAX_NAME_CHARACTERS = 120
# 120 Chinese characters are 360 bytes, but a file name ends at 255, and storage and renditions add to it.
MAX_NAME_BYTES = 200


class UploadRefused(Exception):
    """The file is not accepted; the message says in Chinese what it claims, what it is, and what to do."""


class _ContentFault(Exception):
    """What is wrong with the content, as a predicate to follow the file's name."""


@dataclass(frozen=True)
class FileKind:
    """An accepted kind. `extension` is the usual one, lower case, without dot."""

    mime: str
    extension: str
    family: Family


@dataclass(frozen=True)
class Limits:
    """Bytes by family, pixels of a picture and of all its frames, and what a zip container may hold."""

    image: int = MAX_IMAGE_BYTES
    document: int = MAX_DOCUMENT_BYTES
    audio: int = MAX_AUDIO_BYTES
    video: int = MAX_VIDEO_BYTES
    archive: int = MAX_ARCHIVE_BYTES
    pixels: int = MAX_PIXELS
    animated_pixels: int = MAX_ANIMATED_PIXELS
    unpacked: int = MAX_UNPACKED_BYTES
    ratio: int = MAX_UNPACKED_RATIO
    members: int = MAX_MEMBERS

    def of(self, family: Family | None) -> int:
        """The limit in bytes of `family`; of the largest one where the family is unknown."""
        return int(getattr(self, family)) if family else max(int(getattr(self, name)) for name in FAMILIES)


DEFAULT_LIMITS = Limits()

_OPENXML = "application/vnd.openxmlformats-officedocument."
KINDS: Final = {
    kind.extension: kind
    for kind in (
        FileKind("image/jpeg", "jpg", "image"),
        FileKind("image/png", "png", "image"),
        FileKind("image/gif", "gif", "image"),
        FileKind("image/webp", "webp", "image"),
        FileKind("image/avif", "avif", "image"),
        FileKind("application/pdf", "pdf", "document"),
        FileKind(f"{_OPENXML}wordprocessingml.document", "docx", "document"),
        FileKind(f"{_OPENXML}spreadsheetml.sheet", "xlsx", "document"),
        FileKind(f"{_OPENXML}presentationml.presentation", "pptx", "document"),
        FileKind("application/msword", "doc", "document"),
        FileKind("application/vnd.ms-excel", "xls", "document"),
        FileKind("application/vnd.ms-powerpoint", "ppt", "document"),
        FileKind("application/ofd", "ofd", "document"),
        FileKind("text/plain", "txt", "document"),
        FileKind("text/csv", "csv", "document"),
        FileKind("application/zip", "zip", "archive"),
        FileKind("audio/mpeg", "mp3", "audio"),
        FileKind("audio/mp4", "m4a", "audio"),
        FileKind("audio/wav", "wav", "audio"),
        FileKind("video/mp4", "mp4", "video"),
        FileKind("video/webm", "webm", "video"),
    )
}
_ALIASES = {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg"}
# Content types by extension, for whoever serves what was accepted here.
CONTENT_TYPES: Final = {name: kind.mime for name, kind in KINDS.items()} | {
    name: KINDS[kind].mime for name, kind in _ALIASES.items()
}
# One content may stand behind several claims: no byte tells CSV from text, and an MP4 may hold sound alone.
_AGREEING = {"csv": {"txt"}, "mp4": {"mp4", "m4a"}}

# fmt: off
_LABELS = {
    "jpg": "JPEG 图片", "png": "PNG 图片", "gif": "GIF 图片", "webp": "WebP 图片", "avif": "AVIF 图片",
    "svg": "SVG 图片", "bmp": "BMP 图片", "tif": "TIFF 图片", "tiff": "TIFF 图片", "heic": "HEIC 图片",
    "psd": "PSD 图片", "pdf": "PDF 文档", "ofd": "OFD 文档", "rtf": "RTF 文档", "wps": "WPS 文档",
    "docx": "Word 文档", "xlsx": "Excel 表格", "pptx": "PowerPoint 演示文稿",
    "doc": "旧版 Word 文档", "xls": "旧版 Excel 表格", "ppt": "旧版 PowerPoint 演示文稿",
    "macro": "含宏的 Office 文档", "docm": "含宏的 Word 文档", "xlsm": "含宏的 Excel 表格",
    "pptm": "含宏的演示文稿",
    "encrypted": "加密的 Office 文档", "ooxml": "其他类型的 Office 文档", "ole": "其他类型的旧版 Office 文件",
    "txt": "纯文本", "csv": "CSV 表格", "html": "HTML 网页", "htm": "HTML 网页", "xml": "XML 文件",
    "js": "JavaScript 脚本", "php": "PHP 脚本", "sh": "脚本程序", "bat": "批处理脚本",
    "exe": "可执行程序", "dll": "可执行程序", "elf": "可执行程序", "class": "Java 程序",
    "zip": "ZIP 压缩文件", "rar": "RAR 压缩文件", "7z": "7z 压缩文件", "gz": "GZIP 压缩文件",
    "mp3": "MP3 音频", "m4a": "M4A 音频", "wav": "WAV 音频", "flac": "FLAC 音频",
    "mp4": "MP4 视频", "webm": "WebM 视频", "mkv": "MKV 视频", "mov": "MOV 视频", "avi": "AVI 视频",
    "unknown": "无法识别的内容",
}
# fmt: on
_ADVICE_FOR = {
    "请另存为 PNG 后再上传": "svg bmp psd tif tiff",
    "请另存为 JPG 后再上传": "heic",
    "请另存为 docx 或 PDF 后再上传": "rtf wps ole",
    "请另存为不含宏的 docx、xlsx 或 pptx 后再上传": "macro docm xlsm pptm",
    "请另存为普通的 docx、xlsx 或 pptx 后再上传": "ooxml",
    "请去掉打开密码后再上传": "encrypted",
    "请解压后重新压缩为 ZIP 再上传": "rar 7z gz",
    "请转换为 MP3 后再上传": "flac",
    "请转换为 MP4 后再上传": "mov mkv avi",
    "网站不接受程序、脚本和网页文件": "html htm xml js php sh bat exe dll elf class",
}
_ADVICE = {kind: advice for advice, kinds in _ADVICE_FOR.items() for kind in kinds.split()}
_ACCEPTED = "可以上传：" + "、".join(KINDS)


def sniff(file: IO[bytes], *, name: str | None = None, limits: Limits = DEFAULT_LIMITS) -> FileKind:
    """The kind of `file`, which its name claims and its content confirms; the position of `file` is kept.

    `name` stands in for `file.name`. Raises UploadRefused for everything that is not whole, not accepted, or
    not what its extension says. Memory: one decoded picture, or some tens of MB for a zip. Whether sound and
    video are whole to the end cannot be told without decoding them: MP3 and WebM are known by their
    beginnings.
    """
    shown = safe_name(name or str(getattr(file, "name", None) or ""))
    with _kept_position(file):
        try:
            return _confirm(_Content(file, limits), shown)
        except _ContentFault as fault:
            raise UploadRefused(f"“{shown}”{fault}") from fault


def _confirm(content: "_Content", name: str) -> FileKind:
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    claimed = _ALIASES.get(extension, extension)
    kind = KINDS.get(claimed)
    _check_size(content, kind)
    actual = _identify(content)
    if kind is None or actual not in _AGREEING.get(claimed, {claimed}):
        raise _ContentFault(_mismatch(claimed, actual))
    if check := _CHECKS.get(claimed, _CHECKS.get(kind.family)):
        check(content)
    return kind


def _check_size(content: "_Content", kind: FileKind | None) -> None:
    if content.size == 0:
        raise _ContentFault("是空文件。请检查原文件后重新上传")
    limit = content.limits.of(kind.family if kind else None)
    if content.size > limit:
        raise _ContentFault(f"有 {_megabytes(content.size)}，超过上限 {_megabytes(limit)}。请压缩或拆分后再上传")


def _megabytes(count: int) -> str:
    return f"{count / MEGABYTE:.1f} MB" if count >= MEGABYTE / 10 else f"{count} 字节"


def _mismatch(claimed: str, actual: str) -> str:
    """What the name claims, what the content is, what to do."""
    claim = f"的后缀表示{_LABELS[claimed]}" if claimed in _LABELS else "的后缀不在接受之列"
    said = claim if claimed else "没有后缀"
    if actual in KINDS and actual != "txt":
        advice = f"如果内容无误，请把后缀改为 .{actual} 再上传"
    else:
        # The content decides; of plain text and of what nobody knows, the name says more (a script is text).
        cause = claimed if actual in ("unknown", "txt") and claimed in _ADVICE else actual
        advice = _ADVICE.get(cause, f"请用原来的软件重新保存后再上传。{_ACCEPTED}")
    return f"{said}，内容是{_LABELS[actual]}。{advice}"


@contextmanager
def _kept_position(file: IO[bytes]) -> Iterator[None]:
    position = file.tell()
    try:
        yield
    finally:
        file.seek(position)


class _Content:
    """Random access to the uploaded bytes, and the limits under which they are looked at."""

    def __init__(self, file: IO[bytes], limits: Limits = DEFAULT_LIMITS) -> None:
        self.file = file
        self.limits = limits
        file.seek(0, 2)
        self.size = file.tell()
        self.head = self.at(0, 4096)

    def at(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes from `offset`; fewer at the end."""
        self.file.seek(offset)
        return self.file.read(count)

    def numbers(self, layout: str, offset: int) -> tuple[int, ...]:
        """Struct `layout` at `offset`; a fault where the file ends before."""
        data = self.at(offset, struct.calcsize(layout))
        if len(data) < struct.calcsize(layout):
            raise _incomplete()
        return struct.unpack(layout, data)

    def pieces(self) -> Iterator[bytes]:
        """All of it in pieces of 64 KB."""
        self.file.seek(0)
        while piece := self.file.read(65536):
            yield piece


def _incomplete() -> _ContentFault:
    return _ContentFault("的内容不完整或已损坏。请用原来的软件打开并重新保存，再上传")


# --- What it is ---------------------------------------------------------------------------------------------

_MARKUP = (
    (rb"<svg", "svg"),
    (rb"<\?xml(?=.*<svg)", "svg"),
    (rb"<!doctype\s+svg", "svg"),
    (rb"<!doctype|<html|<head|<body|<script|<iframe|<!--|<meta|<title|<table|<h1|<div|<%", "html"),
    (rb"<\?xml", "xml"),
    (rb"<\?", "php"),
    (rb"#!", "sh"),
    (rb"\{\\rtf", "rtf"),
)
_MARKUP_PATTERNS = tuple(
    (re.compile(rb"(?:\xef\xbb\xbf|[\s\0])*(?:" + pattern + rb")", re.IGNORECASE | re.DOTALL), kind)
    for pattern, kind in _MARKUP
)
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def _identify(content: _Content) -> str:
    """A key of `_LABELS`, from the content alone. Every accepted container starts at its very first byte."""
    for magic, probe in _MAGIC:
        if content.head.startswith(magic):
            return probe if isinstance(probe, str) else probe(content)
    if content.head[4:8] == b"ftyp":
        return _ftyp_kind(content)
    if markup := next((kind for pattern, kind in _MARKUP_PATTERNS if pattern.match(content.head)), None):
        return markup
    if _is_mp3(content):
        return "mp3"
    return "txt" if _is_text(content) else _foreign_kind(content)


def _foreign_kind(content: _Content) -> str:
    """For the message only: whatever puremagic takes it for, if we have a word for that."""
    try:
        guesses = puremagic.magic_string(content.head)
    except (puremagic.PureError, ValueError):
        return "unknown"
    extensions = (guess.extension.lstrip(".").lower() for guess in guesses)
    # An accepted kind whose probe said no is damaged, not that kind.
    return next((name for name in extensions if name in _LABELS and name not in KINDS), "unknown")


def _is_text(content: _Content) -> bool:
    return any(_decodes(content, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(content: _Content, encoding: str) -> bool:
    """Whether all of it is text; no byte below 0x30 is part of a longer character in either encoding."""
    decoder = getincrementaldecoder(encoding)()
    try:
        for piece in content.pieces():
            if _CONTROL.search(piece):
                return False
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _riff_kind(content: _Content) -> str:
    return {b"WEBP": "webp", b"WAVE": "wav", b"AVI ": "avi"}.get(content.head[8:12], "unknown")


def _ebml_kind(content: _Content) -> str:
    # DocType (0x4282) with its length as EBML writes 4, in one byte or in two.
    return "webm" if re.search(rb"\x42\x82(?:\x84|\x40\x04)webm", content.head) else "mkv"


_MP4_BRANDS = frozenset(
    brand.ljust(4) for brand in b"isom iso2 iso3 iso4 iso5 iso6 mp41 mp42 avc1 dash M4V M4A M4B".split()
)


def _ftyp_kind(content: _Content) -> str:
    """By the brands of ISO 14496-12 §4.3; the major one decides between what shares the compatible ones."""
    (size,) = content.numbers(">I", 0)
    major = content.head[8:12]
    brands = {major} | {content.head[at : at + 4] for at in range(16, min(size, 512), 4)}
    if major == b"qt  ":
        return "mov"
    if brands & {b"avif", b"avis"}:
        return "avif"
    if brands & {b"heic", b"heix", b"hevc", b"mif1", b"msf1"}:
        return "heic"
    if not brands & _MP4_BRANDS:
        return "unknown"
    return "mp4" if _has_video_track(content) else "m4a"


_HANDLER = re.compile(rb"hdlr.{8}vide", re.DOTALL)


def _has_video_track(content: _Content) -> bool:
    for kind, start, end in _boxes(content, 0, content.size):
        if kind == b"moov":
            # The handlers stand at the head of each track, the bulk (sample tables) behind; tracks are few.
            return bool(_HANDLER.search(content.at(start, min(end - start, 16 * MEGABYTE))))
    raise _incomplete()


# --- Containers ---------------------------------------------------------------------------------------------

_MAX_BOXES = 100_000  # an hour of fragmented video has some 4,000; a file of nothing but headers has millions


def _boxes(content: _Content, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(type, start of body, end) of the ISO 14496-12 boxes between `start` and `end`."""
    for _ in range(_MAX_BOXES):
        if start >= end:
            return
        size, number = content.numbers(">II", start)
        header = 8
        if size == 1:
            (size,), header = content.numbers(">Q", start + 8), 16
        elif size == 0:
            size = end - start
        if size < header or start + size > end:
            raise _incomplete()
        yield number.to_bytes(4, "big"), start + header, start + size
        start += size
    raise _incomplete()


def _riff_chunks(content: _Content) -> Iterator[tuple[bytes, int, int]]:
    """(name, start of body, length) of the chunks after the form type; the last may be cut short."""
    start = 12
    for _ in range(_MAX_BOXES):
        if start + 8 > content.size:
            return
        name, length = content.at(start, 4), content.numbers("<I", start + 4)[0]
        yield name, start + 8, length
        start += 8 + length + length % 2
    raise _incomplete()


def _check_wav(content: _Content) -> None:
    chunks = {name: (start, length) for name, start, length in _riff_chunks(content)}
    start, length = chunks.get(b"data", (0, 0))
    # A recorder that could not go back to fill in the length leaves it at its highest.
    is_cut = start + length > content.size and length != 0xFFFFFFFF
    if is_cut or not {b"fmt ", b"data"} <= set(chunks):
        raise _incomplete()


def _check_mp4(content: _Content) -> None:
    if not {kind for kind, _, _ in _boxes(content, 0, content.size)} & {b"mdat", b"moof"}:
        raise _incomplete()


def _check_webm(content: _Content) -> None:
    if b"\x18\x53\x80\x67" not in content.head:  # Segment, which follows the EBML header
        raise _incomplete()


def _check_pdf(content: _Content) -> None:
    tail = content.at(max(0, content.size - 4096), 4096)
    if not re.match(rb"%PDF-[12]\.\d", content.head) or b"%%EOF" not in tail or b"startxref" not in tail:
        raise _incomplete()


# Layer III: kbit/s by index for MPEG 1 and for MPEG 2 and 2.5; Hz of MPEG 1 (ISO 11172-3 §2.4.2.3, ISO
# 13818-3).
_MP3_BITRATES = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MP3_RATES = (44100, 48000, 32000)


def _is_mp3(content: _Content) -> bool:
    """Two frames that follow each other, behind an ID3v2 tag and its padding if there is one."""
    start = 0
    if content.head.startswith(b"ID3") and len(content.head) >= 10:
        length = sum((byte & 0x7F) << shift for byte, shift in zip(content.head[6:10], (21, 14, 7, 0), strict=True))
        start = 10 + length + (10 if content.head[5] & 0x10 else 0)
        padding = content.at(start, 8192)
        start += len(padding) - len(padding.lstrip(b"\0"))
    first = _mp3_frame_bytes(content.at(start, 4))
    return first > 0 and _mp3_frame_bytes(content.at(start + first, 4)) > 0


def _mp3_frame_bytes(header: bytes) -> int:
    """Length of the Layer III frame with this header; 0 if it is none (ADTS looks alike, but has layer 0)."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return 0
    version, bitrate, rate = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or rate == 3 or bitrate in (0, 15):
        return 0
    hertz = _MP3_RATES[rate] >> {3: 0, 2: 1, 0: 2}[version]
    kilobits = _MP3_BITRATES[3 if version == 3 else 2][bitrate]
    return (144 if version == 3 else 72) * kilobits * 1000 // hertz + (header[2] >> 1 & 1)


# --- Zip: office files, OFD, archives -----------------------------------------------------------------------

_TYPES_NAME = "[Content_Types].xml"
# Content type of the main part: kind and folder (ECMA-376 part 1, §§11.3.10, 12.3.23, 13.3.6).
_MAIN_PARTS = {
    f"{_OPENXML}wordprocessingml.document.main+xml": ("docx", "word/"),
    f"{_OPENXML}spreadsheetml.sheet.main+xml": ("xlsx", "xl/"),
    f"{_OPENXML}presentationml.presentation.main+xml": ("pptx", "ppt/"),
}
_MACRO_MEMBER = re.compile(r"(^|/)vba(project|data)[^/]*$|^xl/macrosheets/", re.IGNORECASE)
_MAX_XML_BYTES = MEGABYTE
# 46 bytes an entry at least: some 90,000 of them, some tens of MB once read. The count in the file may lie,
# its length not.
_MAX_DIRECTORY_BYTES = 4 * MEGABYTE


def _zip_kind(content: _Content) -> str:
    _check_zip_directory(content)
    try:
        with zipfile.ZipFile(content.file) as archive:
            _check_zip_members(content, archive.infolist())
            return _packed_kind(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        RuntimeError,
        ValueError,
        EOFError,
        OSError,
        struct.error,
    ) as problem:
        raise _incomplete() from problem


def _check_zip_directory(content: _Content) -> None:
    """Before zipfile reads the directory, which it does whole and whatever its size."""
    tail_start = max(0, content.size - 65557)
    tail = content.at(tail_start, 65557)
    found = tail.rfind(b"PK\x05\x06")
    if found < 0 or len(tail) - found < 22:
        raise _incomplete()
    (length,) = struct.unpack_from("<I", tail, found + 12)
    is_zip64 = tail[max(0, found - 20) :].startswith(b"PK\x06\x07")
    if is_zip64 or length > _MAX_DIRECTORY_BYTES:
        raise _ContentFault("的压缩目录过大或为 ZIP64 格式。请减少文件数量，用普通 ZIP 格式重新压缩再上传")


def _check_zip_members(content: _Content, members: list[zipfile.ZipInfo]) -> None:
    """By declared sizes: whoever unpacks stops there. The ratio is to the whole file: members may overlap."""
    limits = content.limits
    if not members or min(member.header_offset for member in members) != 0:
        raise _ContentFault("是空的或前面附有其他内容的压缩包。请重新压缩后再上传")
    if len(members) > limits.members:
        raise _ContentFault(f"内有 {len(members)} 个文件，超过上限 {limits.members} 个。请拆分后再上传")
    unpacked = sum(member.file_size for member in members)
    is_bomb = unpacked > HARMLESS_UNPACKED_BYTES and unpacked > limits.ratio * content.size
    if unpacked > limits.unpacked or is_bomb:
        raise _ContentFault(f"解压后达 {_megabytes(unpacked)}，与文件大小不相称或超过上限。请拆分后再上传")


def _packed_kind(archive: zipfile.ZipFile) -> str:
    names = archive.namelist()
    if _TYPES_NAME in names:
        return _ooxml_kind(archive, names)
    if "OFD.xml" in names:  # GB/T 33190-2016 §7.3
        is_ofd = _root_of(archive, "OFD.xml").tag.rpartition("}")[2] == "OFD"
        return "ofd" if is_ofd else "zip"
    return "zip"


def _ooxml_kind(archive: zipfile.ZipFile, names: list[str]) -> str:
    types = {str(part.get("ContentType")) for part in _root_of(archive, _TYPES_NAME)}
    if any("macroenabled" in kind.lower() or "vbaproject" in kind.lower() for kind in types):
        return "macro"
    if any(_MACRO_MEMBER.search(name) for name in names):
        return "macro"
    mains = [_MAIN_PARTS[kind] for kind in types if kind in _MAIN_PARTS]
    fitting = [kind for kind, folder in mains if any(name.startswith(folder) for name in names)]
    return fitting[0] if len(fitting) == 1 else "ooxml"


def _root_of(archive: zipfile.ZipFile, name: str) -> Any:
    """The root element; untyped, since defusedxml ships no types."""
    with archive.open(name) as member:
        data = member.read(_MAX_XML_BYTES + 1)
    if len(data) > _MAX_XML_BYTES:
        raise _incomplete()
    try:
        return fromstring(data)
    except (SyntaxError, DefusedXmlException) as problem:  # ParseError is a SyntaxError
        raise _incomplete() from problem


# --- Compound files: old office formats ([MS-CFB]) ----------------------------------------------------------

_CFB_LAST_SECTOR = 0xFFFFFFFA
_CFB_MAX_DIRECTORY_SECTORS = 4096
_MACRO_STORAGES = frozenset(("VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros"))
_MAIN_STREAMS = {
    "EncryptedPackage": "encrypted",
    "WordDocument": "doc",
    "Workbook": "xls",
    "Book": "xls",
    "PowerPoint Document": "ppt",
}


@dataclass(frozen=True)
class _CfbEntry:
    name: str
    left: int
    right: int
    child: int


def _ole_kind(content: _Content) -> str:
    entries = list(_cfb_entries(content))
    if not entries:
        raise _incomplete()
    if any(entry.name in _MACRO_STORAGES for entry in entries):
        return "macro"
    # Of the root's own children only: a Word file with an Excel sheet in it holds a Workbook further down.
    top = _cfb_children(entries, entries[0])
    return next((kind for stream, kind in _MAIN_STREAMS.items() if stream in top), "ole")


def _cfb_entries(content: _Content) -> Iterator[_CfbEntry]:
    """The directory, §2.6.1: entries of 128 bytes in a chain of sectors."""
    (shift,) = content.numbers("<H", 30)
    if shift not in (9, 12):
        raise _incomplete()
    size = 1 << shift
    table = _cfb_table_sectors(content, size)
    (sector,) = content.numbers("<I", 48)
    for _ in range(_CFB_MAX_DIRECTORY_SECTORS):
        if sector >= _CFB_LAST_SECTOR:
            return
        for at in range((sector + 1) * size, (sector + 2) * size, 128):
            yield _cfb_entry(content, at)
        sector = _cfb_next(content, table, size, sector)
    raise _incomplete()


def _cfb_entry(content: _Content, at: int) -> _CfbEntry:
    (length,) = content.numbers("<H", at + 64)
    name = content.at(at, max(0, min(length, 64) - 2)).decode("utf-16-le", "replace")
    left, right, child = content.numbers("<III", at + 68)
    return _CfbEntry(name, left, right, child)


def _cfb_table_sectors(content: _Content, size: int) -> list[int]:
    """Where the allocation table lies, §2.5: 109 sectors in the header, the others in a chain."""
    sectors = list(content.numbers("<109I", 76))
    (following,) = content.numbers("<I", 68)
    while following < _CFB_LAST_SECTOR and len(sectors) <= content.size // size:
        *more, following = content.numbers(f"<{size // 4}I", (following + 1) * size)
        sectors += more
    return sectors


def _cfb_next(content: _Content, table: list[int], size: int, sector: int) -> int:
    row, column = divmod(sector, size // 4)
    if row >= len(table) or table[row] >= _CFB_LAST_SECTOR:
        raise _incomplete()
    return content.numbers("<I", (table[row] + 1) * size + 4 * column)[0]


def _cfb_children(entries: list[_CfbEntry], parent: _CfbEntry) -> set[str]:
    """Names of the direct children, a tree of siblings, §2.6.4."""
    waiting, seen = [parent.child], set[int]()
    while waiting:
        index = waiting.pop()
        if index < len(entries) and index not in seen:
            seen.add(index)
            waiting += [entries[index].left, entries[index].right]
    return {entries[index].name for index in seen}


# --- Pictures -----------------------------------------------------------------------------------------------

_PILLOW_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
_PILLOW_PROBLEMS = (
    UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError,
    OverflowError, RuntimeError, struct.error, zlib.error,
)  # fmt: skip


def _check_image(content: _Content) -> None:
    """Opened, its size looked at before anything is decoded, then verified and its first frame decoded."""
    try:
        with _opened(content.file) as image:
            _check_pixels(image.width * image.height, content.limits.pixels)
            image.verify()
        with _opened(content.file) as image:
            frames = getattr(image, "n_frames", 1)
            _check_pixels(image.width * image.height * frames, content.limits.animated_pixels)
            image.draft(None, (1, 1))  # JPEG alone: all its data is read, an eighth of its sides decoded
            image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise _too_many_pixels(content.limits.pixels) from problem
    except _PILLOW_PROBLEMS as problem:
        raise _incomplete() from problem


@contextmanager
def _opened(file: IO[bytes]) -> Iterator[Image.Image]:
    file.seek(0)
    with Image.open(file, formats=_PILLOW_FORMATS) as image:
        yield image


def _check_pixels(count: int, limit: int) -> None:
    if count > limit:
        raise _too_many_pixels(limit)


def _too_many_pixels(limit: int) -> _ContentFault:
    return _ContentFault(f"的像素过多，超过上限 {limit // 10_000} 万。请缩小图片后再上传")


_Probe = str | Callable[[_Content], str]
_MAGIC: tuple[tuple[bytes, _Probe], ...] = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"RIFF", _riff_kind),
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", _zip_kind),
    (b"PK\x05\x06", _zip_kind),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _ole_kind),
    (b"\x1aE\xdf\xa3", _ebml_kind),
    (b"\x7fELF", "elf"),
)
_CHECKS: dict[str, Callable[[_Content], None]] = {
    "image": _check_image,
    "pdf": _check_pdf,
    "wav": _check_wav,
    "m4a": _check_mp4,
    "mp4": _check_mp4,
    "webm": _check_webm,
}


# --- Positions ----------------------------------------------------------------------------------------------

_ORIENTATION = 0x0112


def strip_positions(file: IO[bytes]) -> bytes:
    """The bytes of the picture `file` with nothing in it that says where, when or by whom it was taken.

    Of EXIF only the orientation stays (places also hide in maker notes, comments, previews and second
    pictures behind the first, so that removing the GPS block alone would not do); XMP, IPTC and comments go;
    colour profile and pixels stay as they are, bit for bit, since nothing is encoded anew. `file` is one that
    `sniff` accepted as an image, and keeps its position. Raises UploadRefused for anything else.
    """
    with _kept_position(file):
        try:
            with _opened(file) as image:
                kind, orientation = str(image.format), _orientation(image)
            file.seek(0)
            return _CLEANERS[kind](file.read(), orientation)
        except (
            *_PILLOW_PROBLEMS,
            Image.DecompressionBombError,
            Image.DecompressionBombWarning,
            _ContentFault,
        ) as problem:
            raise UploadRefused("图片的内容不完整或已损坏，无法去除其中的位置信息。请重新保存后再上传") from problem


def _orientation(image: Image.Image) -> bytes:
    """EXIF with the orientation alone, from the TIFF header on; empty for an upright picture."""
    turned = image.getexif().get(_ORIENTATION, 1)
    if turned not in range(2, 9):
        return b""
    exif = Image.Exif()
    exif[_ORIENTATION] = turned
    return exif.tobytes().removeprefix(b"Exif\0\0")


_JPEG_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_JPEG_KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}


def _clean_jpeg(data: bytes, exif: bytes) -> bytes:
    """Ends at the picture's own end: what follows (second pictures, videos) carries EXIF of its own."""
    segments = _jpeg_segments(data)
    first_kept = next(segments, b"")
    added = b"\xff\xe1" + struct.pack(">H", len(exif) + 8) + b"Exif\0\0" + exif if exif else b""
    # JFIF demands to stand first, so EXIF comes second.
    is_jfif = first_kept[1] == 0xE0
    lead = first_kept + added if is_jfif else added + first_kept
    return b"\xff\xd8" + lead + b"".join(segments) + b"\xff\xd9"


def _jpeg_segments(data: bytes) -> Iterator[bytes]:
    """The kept segments between start and end of image, scans with their data."""
    at = 2
    while match := _JPEG_NEXT_MARKER.search(data, at):
        marker, start = data[match.start() + 1], match.start()
        if marker == 0xD9:
            return
        (length,) = struct.unpack_from(">H", data, start + 2)
        at = start + 2 + length
        if marker == 0xDA:
            following = _JPEG_NEXT_MARKER.search(data, at)
            at = following.start() if following else len(data)
        if _is_kept_jpeg(marker, data[start + 4 : start + 20]):
            yield data[start:at]


def _is_kept_jpeg(marker: int, body: bytes) -> bool:
    if 0xE0 <= marker <= 0xEF:
        return marker in _JPEG_KEPT and body.startswith(_JPEG_KEPT[marker])
    return marker != 0xFE  # a comment


_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT".split()
)


def _clean_png(data: bytes, exif: bytes) -> bytes:
    parts, at = [data[:8]], 8
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        name, chunk = data[at + 4 : at + 8], data[at : at + 12 + length]
        at += len(chunk)
        if name in _PNG_KEPT:
            parts.append(chunk)
        if name == b"IHDR" and exif:
            parts.append(struct.pack(">I", len(exif)) + b"eXIf" + exif + struct.pack(">I", zlib.crc32(b"eXIf" + exif)))
        if name == b"IEND":
            break
    return b"".join(parts)


_WEBP_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_WEBP_EXIF_FLAG, _WEBP_XMP_FLAG = 0x08, 0x04


def _clean_webp(data: bytes, exif: bytes) -> bytes:
    parts = [b"WEBP"]
    for name, start, length in _riff_chunks(_Content(BytesIO(data))):
        body = data[start : start + length]
        if name == b"VP8X":
            flags = body[0] & ~(_WEBP_EXIF_FLAG | _WEBP_XMP_FLAG) | (_WEBP_EXIF_FLAG if exif else 0)
            body = bytes((flags,)) + body[1:]
        if name in _WEBP_KEPT:
            parts.append(_riff_chunk(name, body))
    if exif:
        parts.append(_riff_chunk(b"EXIF", exif))
    return _riff_chunk(b"RIFF", b"".join(parts))


def _riff_chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


_GIF_KEPT_APPLICATIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")


def _clean_gif(data: bytes, _exif: bytes) -> bytes:
    """Comments, plain text and application blocks (XMP is one) go; loops, colours and timing stay."""
    at = 13 + _gif_colours(data[10])
    parts = [data[:at]]
    while data[at] != 0x3B:
        start, at = at, _gif_block_end(data, at)
        if _is_kept_gif(data[start : start + 14]):
            parts.append(data[start:at])
    return b"".join(parts) + b"\x3b"


def _gif_colours(flags: int) -> int:
    """Bytes of the colour table that these flags announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _gif_block_end(data: bytes, at: int) -> int:
    if data[at] == 0x2C:
        at += 10 + _gif_colours(data[at + 9]) + 1
    elif data[at] == 0x21:
        at += 2
    else:
        raise _incomplete()
    while data[at]:
        at += 1 + data[at]
    return at + 1


def _is_kept_gif(block: bytes) -> bool:
    if block[0] == 0x2C or block[1] == 0xF9:
        return True
    return block[1] == 0xFF and block[3:14] in _GIF_KEPT_APPLICATIONS


# A TIFF header with no entries, behind the four bytes that AVIF puts before it: libavif refuses files with
# less.
_NO_EXIF = b"\0\0\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"


def _clean_avif(data: bytes, _exif: bytes) -> bytes:
    """Overwrites in place, so that no offset moves; the orientation is a property of the picture (irot,
    imir).
    """
    cleaned = bytearray(data)
    for kind, start, length in _avif_metadata(_Content(BytesIO(data))):
        if start + length > len(data):
            raise _incomplete()
        blank = _NO_EXIF if kind == b"Exif" and length >= len(_NO_EXIF) else b""
        filler = b" " if kind == b"mime" else b"\0"
        cleaned[start : start + length] = blank.ljust(length, filler)
    return bytes(cleaned)


def _avif_metadata(content: _Content) -> Iterator[tuple[bytes, int, int]]:
    """(type, start, length) of all that is EXIF, XMP or somebody's own."""
    for kind, start, end in _boxes(content, 0, content.size):
        if kind == b"uuid":
            yield kind, start, end - start
        if kind == b"meta":
            parts = {name: (first, last) for name, first, last in _boxes(content, start + 4, end)}
            if b"iinf" in parts and b"iloc" in parts:
                items = dict(_avif_items(content, *parts[b"iinf"]))
                idat = parts.get(b"idat", (0, 0))[0]
                yield from _avif_extents(
                    content.at(parts[b"iloc"][0], parts[b"iloc"][1] - parts[b"iloc"][0]), items, idat
                )


def _avif_items(content: _Content, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """(id, type) of the items that hold metadata (ISO 14496-12 §8.11.6)."""
    first = start + (8 if content.at(start, 1)[0] else 6)
    for _, body, _ in _boxes(content, first, end):
        is_wide = content.at(body, 1)[0] > 2
        (item,) = content.numbers(">I" if is_wide else ">H", body + 4)
        kind = content.at(body + (10 if is_wide else 8), 4)
        if kind in (b"Exif", b"mime"):
            yield item, kind


def _avif_extents(box: bytes, items: dict[int, bytes], idat: int) -> Iterator[tuple[bytes, int, int]]:
    """Where the item location box (ISO 14496-12 §8.11.3) says that `items` lie in the file."""
    number = _number_reader(box)
    version = number(4) >> 24
    sizes = number(2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    wide = 4 if version == 2 else 2
    for _ in range(number(wide)):
        item = number(wide)
        origin = idat if version and number(2) & 15 == 1 else 0
        number(2)
        base = origin + number(base_size)
        for _ in range(number(2)):
            number(index_size if version else 0)
            start, length = base + number(offset_size), number(length_size)
            if length == 0:
                raise _incomplete()
            if item in items:
                yield items[item], start, length


def _number_reader(data: bytes) -> Callable[[int], int]:
    """Big-endian numbers of so many bytes, one after the other; a fault at the end."""
    source = BytesIO(data)

    def number(count: int) -> int:
        piece = source.read(count)
        if len(piece) < count:
            raise _incomplete()
        return int.from_bytes(piece, "big")

    return number


_CLEANERS: dict[str, Callable[[bytes, bytes], bytes]] = {
    "JPEG": _clean_jpeg,
    "MPO": _clean_jpeg,
    "PNG": _clean_png,
    "GIF": _clean_gif,
    "WEBP": _clean_webp,
    "AVIF": _clean_avif,
}


# --- Names --------------------------------------------------------------------------------------------------

# Among them the marks that turn "exe.gpj" round (Cf).
_UNSEEN_CATEGORIES = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_RESERVED = re.compile(r'[<>:"|?*]')  # a visitor's Windows cannot save these
_EXTENSION = re.compile(r"[0-9A-Za-z]{1,10}")


def safe_name(name: str) -> str:
    """`name` without folders, unseen characters and leading dots, at most 120 characters.

    At most 200 bytes in UTF-8 as well. Chinese stays, and so does the last extension, however much has to go
    before it. Never empty; applied twice it changes nothing more.
    """
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(sign for sign in last if unicodedata.category(sign) not in _UNSEEN_CATEGORIES)
    tidy = " ".join(_RESERVED.sub("_", unicodedata.normalize("NFC", seen)).split()).strip(". ")
    stem, dot, extension = tidy.rpartition(".")
    if not _EXTENSION.fullmatch(extension) or not dot:
        stem, dot, extension = tidy, "", ""
    return _shortened(stem.rstrip(". "), dot + extension) or "未命名"


def _shortened(stem: str, suffix: str) -> str:
    stem = stem[: MAX_NAME_CHARACTERS - len(suffix)]
    room = MAX_NAME_BYTES - len(suffix)
    return stem.encode()[:room].decode(errors="ignore").rstrip(". ") + suffix
