"""The kinds of files that are accepted, with what names may claim them."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

Family = Literal["image", "document", "audio", "video", "archive"]
FAMILIES: Final = get_args(Family)


@dataclass(frozen=True)
class FileKind:
    """An accepted kind. `extension` is the usual one, lower case, without dot."""

    mime: str
    extension: str
    family: Family


OPENXML = "application/vnd.openxmlformats-officedocument."
KINDS: Final = {
    kind.extension: kind
    for kind in (
        FileKind("image/jpeg", "jpg", "image"),
        FileKind("image/png", "png", "image"),
        FileKind("image/gif", "gif", "image"),
        FileKind("image/webp", "webp", "image"),
        FileKind("image/avif", "avif", "image"),
        FileKind("application/pdf", "pdf", "document"),
        FileKind(f"{OPENXML}wordprocessingml.document", "docx", "document"),
        FileKind(f"{OPENXML}spreadsheetml.sheet", "xlsx", "document"),
        FileKind(f"{OPENXML}presentationml.presentation", "pptx", "document"),
        FileKind("application/msword", "doc", "document"),
        FileKind("application/vnd.ms-excel", "xls", "document"),
        FileKind("application/vnd.ms-powerpoint", "ppt", "document"),
        FileKind("application/ofd", "ofd", "document"),
        FileKind("text/plain", "txt", "document"),
        FileKind("text/csv", "csv", "document"),
        FileKind("text/vtt", "vtt", "document"),
        FileKind("application/zip", "zip", "archive"),
        FileKind("audio/mpeg", "mp3", "audio"),
        FileKind("audio/mp4", "m4a", "audio"),
        FileKind("audio/wav", "wav", "audio"),
        FileKind("video/mp4", "mp4", "video"),
        FileKind("video/webm", "webm", "video"),
    )
}
ALIASES = {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg"}
# Content types by extension, for whoever serves what was accepted here.
CONTENT_TYPES: Final = {name: kind.mime for name, kind in KINDS.items()} | {
    name: KINDS[kind].mime for name, kind in ALIASES.items()
}
# One content may stand behind several claims: no byte tells CSV from text, and an MP4 may hold sound alone.
AGREEING = {"csv": {"txt"}, "mp4": {"mp4", "m4a"}}
