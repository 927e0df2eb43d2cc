"""Captions in WebVTT: read, or refused with the lines that are wrong."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

_LARGEST = 2 * 1024 * 1024
_MOST_PROBLEMS = 5
_TIMING = re.compile(r"((?:\d{2,}:)?\d{2}:\d{2}\.\d{3})[ \t]+-->[ \t]+((?:\d{2,}:)?\d{2}:\d{2}\.\d{3})(?:[ \t].*)?")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Cue:
    """What is said from when on, in seconds."""

    start: int
    text: str


@dataclass(frozen=True)
class CaptionProblem:
    """What is wrong, and in which line from 1."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"第 {self.line} 行：{self.message}"


class CaptionsRefused(ValueError):
    """The file is no WebVTT that players understand; `problems` say where, the text all of them."""

    def __init__(self, name: str, problems: list[CaptionProblem]) -> None:
        shown = "；".join(map(str, problems[:_MOST_PROBLEMS]))
        more = f"；另有 {len(problems) - _MOST_PROBLEMS} 处" if len(problems) > _MOST_PROBLEMS else ""
        super().__init__(f"字幕“{name}”有错误。{shown}{more}。")
        self.problems = problems


def read_captions(document: Any) -> list[Cue]:
    """Cues of the document's file, in order. Raises CaptionsRefused."""
    return parse_captions(_read_text(document), document.filename)


def parse_captions(text: str, name: str = "captions.vtt") -> list[Cue]:
    """Cues of a WebVTT text, in order. Raises CaptionsRefused."""
    text = text.removeprefix("\ufeff")
    problems = list(_list_problems(re.split(r"\r\n|\r|\n", text)))
    if problems:
        raise CaptionsRefused(name, problems)
    try:
        parsed = webvtt.from_string(text, strict=True)
    except (MalformedFileError, MalformedCaptionError) as problem:
        raise CaptionsRefused(name, [CaptionProblem(1, "不符合 WebVTT 格式，播放器读不了")]) from problem
    if not parsed.captions:
        raise CaptionsRefused(name, [CaptionProblem(1, "没有一条字幕")])
    return [Cue(int(cue.start_in_seconds), _TAG.sub("", cue.text).strip()) for cue in parsed.captions]


def _read_text(document: Any) -> str:
    name = document.filename
    if document.file_extension.lower() != "vtt":
        raise CaptionsRefused(name, [CaptionProblem(1, "不是 WebVTT 文件（.vtt）")])
    try:
        with document.file.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except FileNotFoundError as gone:
        raise CaptionsRefused(name, [CaptionProblem(1, "文件已不在，请重新上传")]) from gone
    if len(content) > _LARGEST:
        raise CaptionsRefused(name, [CaptionProblem(1, "文件超过 2 MB，不像字幕")])
    try:
        return str(content.decode("utf-8"))
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        raise CaptionsRefused(name, [CaptionProblem(line, "不是 UTF-8 编码，请另存为 UTF-8")]) from problem


def _list_problems(lines: list[str]) -> Iterator[CaptionProblem]:
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        yield CaptionProblem(1, "应以 WEBVTT 开头")
        return
    latest = 0.0
    for number, line in enumerate(lines, 1):
        if "-->" not in line:
            continue
        found = _TIMING.fullmatch(line.strip())
        if not found:
            yield CaptionProblem(number, f"时间写法不对，应如 00:01.000 --> 00:04.000，现为“{line.strip()[:40]}”")
            continue
        start, end = (_to_seconds(each) for each in found.groups())
        if end <= start:
            yield CaptionProblem(number, "结束时间不晚于开始时间")
        elif start < latest:
            yield CaptionProblem(number, "开始时间早于上一条")
        elif number < len(lines) and not lines[number].strip():
            yield CaptionProblem(number, "时间后面没有文字")
        latest = max(latest, start)


def _to_seconds(moment: str) -> float:
    seconds = 0.0
    for part in moment.split(":"):
        seconds = seconds * 60 + float(part)
    return seconds
