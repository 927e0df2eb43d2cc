"""Length of short messages, against messages that are really cut."""

from hypothesis import given
from hypothesis import strategies as st

from legal_education.digest.segments import measure

_BASIC = "abcXYZ019 @£é\n?!"
_EXTENDED = "€[]{}~^|\\"


def cut(text: str, fits) -> list[str]:
    """The text in pieces, each as long as fits."""
    pieces = [""]
    for char in text:
        if not fits(pieces[-1] + char):
            pieces.append("")
        pieces[-1] += char
    return pieces


def septets(text: str) -> int:
    return sum(2 if char in _EXTENDED else 1 for char in text)


def octets(text: str) -> int:
    return len(text.encode("utf-16-be"))


def count_plainly(text: str, size, single: int, part: int) -> int:
    if not text:
        return 0
    return 1 if size(text) <= single else len(cut(text, lambda piece: size(piece) <= part))


@given(st.text(alphabet=_BASIC + _EXTENDED, max_size=700))
def test_gsm_text_is_counted_in_septets(text):
    length = measure(text)
    assert length.is_gsm
    assert length.units == septets(text)
    assert length.segments == count_plainly(text, septets, 160, 153)


@given(st.text(alphabet=st.sampled_from("普法手机报，。abc€😀𠮷"), max_size=300).map(lambda text: text + "法"))
def test_chinese_text_is_counted_in_units_of_utf_16(text):
    length = measure(text)
    assert not length.is_gsm
    assert length.units == octets(text) // 2
    assert length.segments == count_plainly(text, octets, 140, 134)


def test_edges():
    assert [measure("法" * n).segments for n in (0, 1, 70, 71, 134, 135)] == [0, 1, 1, 2, 2, 3]
    assert [measure("a" * n).segments for n in (160, 161, 306, 307)] == [1, 2, 2, 3]
    # A character of two units that does not fit any more goes into the next part as a whole.
    assert measure("法" * 66 + "😀" + "法" * 66).segments == 3
    assert measure("法" * 65 + "😀" + "法" * 67).segments == 2
