"""Moments of a recording."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legal_education.moments import iso_duration, parse_moment, say_moment, show_moment


@given(st.integers(0, 99 * 3600))
def test_what_is_shown_is_read_again(seconds):
    assert parse_moment(show_moment(seconds)) == seconds


@pytest.mark.parametrize("text", ["", "8", "08:60", "1:60:00", "-1:00", "八分", "00:00:00:00", "0:٣0"])
def test_no_moment_is_none(text):
    assert parse_moment(text) is None


def test_people_and_programs_read_it():
    assert (
        parse_moment(" 8：32 "),
        show_moment(512),
        say_moment(3661),
        say_moment(780),
        say_moment(36),
        iso_duration(512),
    ) == (
        *(512, "08:32", "1小时1分1秒", "13分钟", "36秒"),
        "PT8M32S",
    )
