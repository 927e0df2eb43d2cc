"""Moments within a recording: seconds for programs, `08:32` for people."""

import re

_MOMENT = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)")


def parse_moment(text: str) -> int | None:
    """Seconds of `mm:ss` or `h:mm:ss`, with full-width colons as well; None for anything else."""
    found = _MOMENT.fullmatch(text.strip().replace("：", ":"))
    if not found:
        return None
    hours, minutes, seconds = (int(each or 0) for each in found.groups())
    return None if found[1] and minutes > 59 else hours * 3600 + minutes * 60 + seconds


def show_moment(seconds: int) -> str:
    """`08:32`, or `1:08:32` past an hour."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def say_moment(seconds: int) -> str:
    """`8分32秒`, for those who hear it read."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}小时{minutes}分{rest}秒"
    if minutes and not rest:
        return f"{minutes}分钟"
    return f"{minutes}分{rest}秒" if minutes else f"{rest}秒"


def iso_duration(seconds: int) -> str:
    """`PT8M32S` (ISO 8601)."""
    minutes, rest = divmod(seconds, 60)
    return f"PT{minutes}M{rest}S"
