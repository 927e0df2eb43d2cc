"""How long a short message is: in the GSM alphabet 160 characters (153 in each part of several), else 70 (67).

GSM 03.38 and 03.40: what the alphabet lacks makes the whole message UCS-2. A character of two units (of the GSM extension, or
beyond the basic plane) is never divided between two parts.
"""

from dataclasses import dataclass

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENSION = frozenset("\f^{}\\[~]|€")
_GSM_SIZES = (160, 153)
_UCS2_SIZES = (70, 67)


@dataclass(frozen=True)
class SmsLength:
    """Units (字) of a message, the messages that it is charged as, and how many units one of those holds."""

    units: int
    segments: int
    size: int
    is_gsm: bool


def measure(text: str) -> SmsLength:
    """The length of the message as the operators count it."""
    is_gsm = all(char in _GSM or char in _GSM_EXTENSION for char in text)
    widths = [_gsm_width(char) if is_gsm else _ucs2_width(char) for char in text]
    single, part = _GSM_SIZES if is_gsm else _UCS2_SIZES
    units = sum(widths)
    if units <= single:
        return SmsLength(units, 1 if units else 0, single, is_gsm)
    return SmsLength(units, _count_parts(widths, part), part, is_gsm)


def _count_parts(widths: list[int], size: int) -> int:
    parts, used = 1, 0
    for width in widths:
        if used + width > size:
            parts, used = parts + 1, 0
        used += width
    return parts


def _gsm_width(char: str) -> int:
    return 2 if char in _GSM_EXTENSION else 1


def _ucs2_width(char: str) -> int:
    return 2 if ord(char) > 0xFFFF else 1
