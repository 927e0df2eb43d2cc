"""Names of files that do no harm on any disk."""

import re
import unicodedata

MAX_NAME_CHARACTERS = 120
# 120 Chinese characters are 360 bytes, but a file name ends at 255, and storage and renditions add to it.
MAX_NAME_BYTES = 200


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
