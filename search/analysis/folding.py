"""One form for what is written in many: width, case, traditional characters, brackets. Character by character, so places stay."""

import re
import unicodedata
from functools import cache

_LAST_OF_PLANE = 0x10000
_IDEOGRAPHS = ((0x3400, 0x4DC0), (0x4E00, 0xA000))
_ODD_SPACES = dict.fromkeys((0x3000, 0xA0, 0x2002, 0x2003, 0x200B, 0xFEFF, 0x09), " ")
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BLANKS = re.compile(r"\s+")
_NOT_WORDS = re.compile(r"[^0-9a-z\u3007\u3400-\u9fff]+")


@cache
def _table() -> dict[int, str]:
    """What one character becomes: half width, small letters, simplified. Made once a process, about 60 ms."""
    import opencc

    table = dict(_ODD_SPACES)
    for code in range(0x80, _LAST_OF_PLANE):
        folded = unicodedata.normalize("NFKC", chr(code)).lower() if not 0xD800 <= code < 0xE000 else ""
        if len(folded) == 1 and folded != chr(code):
            table.setdefault(code, folded)
    table |= {code: chr(code).lower() for code in range(0x41, 0x5B)}
    characters = [chr(code) for low, high in _IDEOGRAPHS for code in range(low, high)]
    simplified = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    for char, simple in zip(characters, simplified, strict=True):
        if len(simple) == 1 and simple != char:
            table[ord(char)] = simple
    return table


def fold(text: str) -> str:
    """The text in half width, small letters and simplified characters; as long as the text in NFC."""
    return unicodedata.normalize("NFC", text).translate(_table())


def clean(text: str) -> str:
    """What can be stored and shown: NFC, no NUL, no control characters, no lone surrogates; line breaks stay."""
    return _NOT_TEXT.sub("", unicodedata.normalize("NFC", text))


def squeeze(text: str) -> str:
    """Runs of blanks as one, none at the ends."""
    return _BLANKS.sub(" ", text).strip()


def strip(text: str) -> str:
    """The text folded, without blanks and punctuation."""
    return _NOT_WORDS.sub("", fold(text))


def to_key(title: str) -> str:
    """A title as it is compared: folded, without blanks and punctuation. At most 255 characters."""
    return strip(title)[:255]


_STATE_PREFIX = "中华人民共和国"
_VERSION = re.compile(r"(?:19|20)\d\d年?(?:修正|修订|修改)?(?:本|版)?$|(?:修正|修订)(?:本|版)$|试行$")


def to_short_key(title: str) -> str:
    """A title's key as people shorten it: without the state's name in front and the note of a version behind."""
    key = to_key(title)
    return _VERSION.sub("", key.removeprefix(_STATE_PREFIX)) or key


LONGEST_LAW_KEY = 64


def to_law_key(title: str) -> str:
    """What a law is known by in the whole cluster: the same for its copies and its versions (`CatalogueEntry.fold_key`)."""
    return f"law:{to_short_key(title)}"[:LONGEST_LAW_KEY]
