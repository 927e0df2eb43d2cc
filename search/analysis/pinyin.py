"""How words sound: full pinyin and initials, without tones; ü is v, as keyboards write it.

pypinyin is loaded by the first word that is read: its dictionaries are a tenth of a process's start, and most never need them.
"""

from functools import cache


def list_syllables(text: str) -> list[str]:
    """Syllable by syllable, each read in its word; what is no ideograph stays together."""
    from pypinyin import lazy_pinyin

    return lazy_pinyin(text, errors="default")


def spell(text: str) -> str:
    """Full pinyin in one word: 法律援助 → falvyuanzhu. What is no ideograph stays."""
    return "".join(list_syllables(text)).lower()


def spell_initials(text: str) -> str:
    """First letters: 法律援助 → flyz."""
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER, errors="default")).lower()


@cache
def spell_character(char: str) -> str:
    """Pinyin of one character as it sounds alone."""
    return list_syllables(char)[0].lower()


def spell_both(text: str) -> tuple[str, str]:
    """(full pinyin, initials), each syllable read in its word."""
    syllables = list_syllables(text)
    initials = "".join(syllable[:1] if _is_syllable(syllable) else syllable for syllable in syllables)
    return "".join(syllables).lower(), initials.lower()


def _is_syllable(piece: str) -> bool:
    return piece.isascii() and piece.isalpha()
