"""What a recording is: its kind by its content, how long it plays, how large it is."""

import logging
from dataclasses import dataclass
from typing import Any

from mutagen import File as read_tags
from mutagen import MutagenError

from site_core.uploads import Family, UploadRefused, sniff

logger = logging.getLogger(__name__)

FAMILY_WORDS: dict[str, str] = {"audio": "音频（MP3、M4A 或 WAV）", "video": "视频（MP4 或 WebM）"}


class MediaRefused(ValueError):
    """The file is no recording of the kind that is wanted; the text is for the editor."""


@dataclass(frozen=True)
class MediaFacts:
    """Media type, bytes, and whole seconds (None where the container does not tell, as WebM from a browser)."""

    mime: str
    size: int
    seconds: int | None


def read_media_facts(document: Any, family: Family) -> MediaFacts:
    """Facts of the document's file. Raises MediaRefused where it is gone, broken, or not of that family."""
    try:
        with document.file.open("rb") as file:
            kind = sniff(file, name=document.filename)
            if kind.family != family:
                raise MediaRefused(f"“{document.filename}”不是{FAMILY_WORDS[family]}，请另选文件。")
            size = file.seek(0, 2)
            file.seek(0)
            return MediaFacts(kind.mime, size, _read_seconds(file, document.filename))
    except UploadRefused as refusal:
        raise MediaRefused(str(refusal)) from refusal
    except FileNotFoundError as gone:
        raise MediaRefused(f"“{document.filename}”的文件已不在，请重新上传。") from gone


def _read_seconds(file: Any, name: str) -> int | None:
    try:
        tags = read_tags(file)
    except MutagenError as problem:
        raise MediaRefused(f"“{name}”的内容不完整或已损坏，读不出时长。请重新导出后再上传。") from problem
    length = getattr(getattr(tags, "info", None), "length", 0)
    return max(1, round(length)) if length else None
