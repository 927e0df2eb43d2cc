"""Numbers of persons in a text: identity cards, mobile phones, bank cards (domain §2.4: disclosing them is a fault).

A number counts only where its own check digit holds, so that document numbers, codes and sums are left alone.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# One character each way, so that places in the text stay what they are.
_NARROW = str.maketrans("０１２３４５６７８９Ｘｘ－　", "0123456789XX- ")
_GAP = r"[ \u00a0-]?"
_START, _END = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_IDENTITY = re.compile(rf"{_START}\d{{6}}{_GAP}\d{{8}}{_GAP}\d{{3}}[\dXx]{_END}")
_BANK = re.compile(rf"{_START}\d{{4}}(?:{_GAP}\d{{4}}){{3}}(?:{_GAP}\d{{1,3}})?{_END}")
_MOBILE = re.compile(rf"(?<![0-9A-Za-z])(?<!\d[.])(?:\+?86{_GAP})?1[3-9]\d(?:{_GAP}\d{{4}}){{2}}(?!\d)")
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_DIGITS = "10X98765432"
# Beginnings and lengths of cards that exist here: UnionPay, Visa, MasterCard, JCB.
_CARDS = re.compile(r"(?:62|6[0589])\d{14,17}|4\d{15}|5[1-5]\d{14}|35\d{14}")


class NumberKind(StrEnum):
    """What a number is, as people call it."""

    IDENTITY = "身份证号码"
    MOBILE = "手机号码"
    BANK_CARD = "银行卡号"


@dataclass(frozen=True)
class PersonalNumber:
    """A number that was found: kind, masked so that it can be shown, and where in the text it begins."""

    kind: NumberKind
    masked: str
    start: int


def find_numbers(text: str) -> list[PersonalNumber]:
    """All of them in order; what is one kind is not found again as another."""
    found: list[PersonalNumber] = []
    taken: list[range] = []
    text = text.translate(_NARROW)
    for kind, pattern, holds in _DETECTORS:
        for start, end, number in _list_matches(pattern, text):
            if holds(number) and not any(start in span for span in taken):
                taken.append(range(start, end))
                found.append(PersonalNumber(kind, mask(number), start))
    return sorted(found, key=lambda each: each.start)


def _list_matches(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int, str]]:
    for match in pattern.finditer(text):
        yield match.start(), match.end(), re.sub(r"[^0-9A-Za-z]", "", match.group()).upper()


def mask(number: str) -> str:
    """Beginning and end of the number, enough to find it and too little to use it."""
    kept = 3 if len(number) <= 13 else 4
    return f"{number[:kept]}{'*' * (len(number) - kept - 4)}{number[-4:]}"


def is_identity_number(number: str) -> bool:
    """Whether the 18 characters are an identity number: a birthday that can be, and the check digit of GB 11643."""
    if not _is_birthday(number[6:14]):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _IDENTITY_WEIGHTS, strict=True))
    return _IDENTITY_DIGITS[total % 11] == number[17]


def _is_birthday(text: str) -> bool:
    try:
        born = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return 1900 <= born.year <= date.today().year


def is_bank_card(number: str) -> bool:
    """Whether it begins and ends like a card: an issuer's prefix, and the check digit of Luhn (ISO/IEC 7812)."""
    if not _CARDS.fullmatch(number):
        return False
    digits = [int(digit) for digit in reversed(number)]
    doubled = (each * 2 - 9 if each > 4 else each * 2 for each in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _is_any(number: str) -> bool:
    return True


_DETECTORS: tuple[tuple[NumberKind, re.Pattern[str], Callable[[str], bool]], ...] = (
    (NumberKind.IDENTITY, _IDENTITY, is_identity_number),
    (NumberKind.BANK_CARD, _BANK, is_bank_card),
    (NumberKind.MOBILE, _MOBILE, _is_any),
)
