"""How words sound: full pinyin and initials, without tones; ü is v, as keyboards write it."""

from functools import cache

from pypinyin import Style, lazy_pinyin


def spell(text: str) -> str:
    """Full pinyin in one word: 法律援助 → falvyuanzhu. What is no ideograph stays."""
    return "".join(lazy_pinyin(text, errors="default")).lower()


def spell_initials(text: str) -> str:
    """First letters: 法律援助 → flyz."""
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER, errors="default")).lower()


@cache
def spell_character(char: str) -> str:
    """Pinyin of one character as it sounds alone."""
    return lazy_pinyin(char, errors="default")[0].lower()


def spell_both(text: str) -> tuple[str, str]:
    """(full pinyin, initials), each syllable read in its word."""
    syllables = lazy_pinyin(text, errors="default")
    initials = "".join(syllable[:1] if _is_syllable(syllable) else syllable for syllable in syllables)
    return "".join(syllables).lower(), initials.lower()


def _is_syllable(piece: str) -> bool:
    return piece.isascii() and piece.isalpha()
