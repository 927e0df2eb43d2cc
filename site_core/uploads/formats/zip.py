"""Zip: office files, OFD, archives; neither bombs nor macros."""

import re
import struct
import zipfile
import zlib
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ..content import Content
from ..kinds import OPENXML
from ..limits import HARMLESS_UNPACKED_BYTES, MEGABYTE, megabytes
from ..refusals import ContentFault, incomplete

_TYPES_NAME = "[Content_Types].xml"
# Content type of the main part: kind and folder (ECMA-376 part 1, §§11.3.10, 12.3.23, 13.3.6).
_MAIN_PARTS = {
    f"{OPENXML}wordprocessingml.document.main+xml": ("docx", "word/"),
    f"{OPENXML}spreadsheetml.sheet.main+xml": ("xlsx", "xl/"),
    f"{OPENXML}presentationml.presentation.main+xml": ("pptx", "ppt/"),
}
_MACRO_MEMBER = re.compile(r"(^|/)vba(project|data)[^/]*$|^xl/macrosheets/", re.IGNORECASE)
_MAX_XML_BYTES = MEGABYTE
# 46 bytes an entry at least: some 90,000 of them, some tens of MB once read. The count in the file may lie,
# its length not.
_MAX_DIRECTORY_BYTES = 4 * MEGABYTE


def zip_kind(content: Content) -> str:
    """Office file, OFD or plain archive; a fault for bombs, polyglots and damage."""
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
        raise incomplete() from problem


def _check_zip_directory(content: Content) -> None:
    """Before zipfile reads the directory, which it does whole and whatever its size."""
    tail_start = max(0, content.size - 65557)
    tail = content.at(tail_start, 65557)
    found = tail.rfind(b"PK\x05\x06")
    if found < 0 or len(tail) - found < 22:
        raise incomplete()
    (length,) = struct.unpack_from("<I", tail, found + 12)
    is_zip64 = tail[max(0, found - 20) :].startswith(b"PK\x06\x07")
    if is_zip64 or length > _MAX_DIRECTORY_BYTES:
        raise ContentFault("的压缩目录过大或为 ZIP64 格式。请减少文件数量，用普通 ZIP 格式重新压缩再上传")


def _check_zip_members(content: Content, members: list[zipfile.ZipInfo]) -> None:
    """By declared sizes: whoever unpacks stops there. The ratio is to the whole file: members may overlap."""
    limits = content.limits
    if not members or min(member.header_offset for member in members) != 0:
        raise ContentFault("是空的或前面附有其他内容的压缩包。请重新压缩后再上传")
    if len(members) > limits.members:
        raise ContentFault(f"内有 {len(members)} 个文件，超过上限 {limits.members} 个。请拆分后再上传")
    unpacked = sum(member.file_size for member in members)
    is_bomb = unpacked > HARMLESS_UNPACKED_BYTES and unpacked > limits.ratio * content.size
    if unpacked > limits.unpacked or is_bomb:
        raise ContentFault(f"解压后达 {megabytes(unpacked)}，与文件大小不相称或超过上限。请拆分后再上传")


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
        raise incomplete()
    try:
        return fromstring(data)
    except (SyntaxError, DefusedXmlException) as problem:  # ParseError is a SyntaxError
        raise incomplete() from problem
