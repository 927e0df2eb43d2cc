"""Captions: read, or refused with the lines that are wrong."""

import pytest

from legal_education.captions import CaptionsRefused, Cue, parse_captions

GOOD = "WEBVTT - 示例\n\nNOTE 说明\n\n1\n00:01.000 --> 00:04.500 align:start\n<v 主持人>大家好。\n第二行\n\n01:00:05.000 --> 01:00:09.000\n再见。\n"


def test_cues_are_read_in_order_without_tags():
    assert parse_captions(GOOD) == [Cue(1, "大家好。\n第二行"), Cue(3605, "再见。")]


def test_windows_line_ends_and_a_byte_order_mark_are_read():
    assert len(parse_captions("\ufeff" + GOOD.replace("\n", "\r\n"))) == 2


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("", 1, "WEBVTT"),
        ("1\n00:01.000 --> 00:02.000\n字\n", 1, "WEBVTT"),
        ("WEBVTT\n\n00:01,000 --> 00:02,000\n字\n", 3, "时间写法"),
        ("WEBVTT\n\n00:01.000 --> 00:02\n字\n", 3, "时间写法"),
        ("WEBVTT\n\n00:04.000 --> 00:02.000\n字\n", 3, "不晚于"),
        ("WEBVTT\n\n00:04.000 --> 00:05.000\n字\n\n00:01.000 --> 00:02.000\n字\n", 6, "早于上一条"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n\n字\n", 3, "没有文字"),
        ("WEBVTT\n\n只有一段话\n", 1, "没有一条字幕"),
    ],
)
def test_broken_captions_are_refused_with_the_line(text, line, word):
    with pytest.raises(CaptionsRefused, match=word) as refusal:
        parse_captions(text, "字幕.vtt")
    assert refusal.value.problems[0].line == line
    assert "字幕.vtt" in str(refusal.value)


def test_all_broken_lines_are_named_and_the_rest_is_counted():
    text = "WEBVTT\n\n" + "\n\n".join(f"00:0{number}.00 --> x\n字" for number in range(8))
    with pytest.raises(CaptionsRefused, match=r"第 3 行.*第 6 行.*另有 3 处"):
        parse_captions(text)
