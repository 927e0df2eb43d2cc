"""Text from attachments, for search. Whatever the file, the caller gets an answer in time and its memory is safe.

Files are opened in a process of their own (`search.attachment_text_child`) under limits of the kernel. For jobs, not
for requests: a file may take all of its 20 seconds. Whether a file is what it claims to be is `site_core.uploads`' task.
"""

import logging
import math
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final

from .attachment_text_child import END_OF_TEXT, READERS

logger = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024
EXTENSIONS: Final = frozenset(READERS)
CHILD_MODULE: Final = "search.attachment_text_child"
CHILD_DIRECTORY: Final = Path(__file__).resolve().parent.parent
# No password and no key of the site goes to a process that opens hostile files.
_KEPT_ENVIRONMENT = ("PYTHONPATH", "LD_LIBRARY_PATH", "TMPDIR")
_COPIED_AT_ONCE = 65536
_COMPLAINT_CHARACTERS = 300
# By the child's verdicts, and by what is found here.
_PROBLEMS: Final = {
    "": "",
    "unknown": "不支持从这种格式的文件中提取文字",
    "large": "文件过大，未提取文字",
    "empty": "文件中没有文字",
    "scanned": "文件中没有文字层，可能是扫描件",
    "locked": "文件已加密或设有密码，无法读取文字",
    "mismatch": "文件内容与后缀不符，无法读取文字",
    "damaged": "文件已损坏或内容不符合格式，无法完整读取文字",
    "partly": "部分页面已损坏，只读取了其余页面的文字",
    "bomb": "文件解压后过大，未提取文字",
    "memory": "读取文件占用内存过多，未能完整读取文字",
    "late": "读取文件用时过长，未能完整读取文字",
}


@dataclass(frozen=True)
class ExtractedText:
    """Lines of text without control characters; `problem` in Chinese, empty if there is none.

    With a problem there may be text all the same: what was read before it. `is_cut`: the file goes on after the text.
    """

    text: str
    problem: str = ""
    is_cut: bool = False


@dataclass(frozen=True)
class ExtractionLimits:
    """How large a file, how much text, and how much time and memory to read it."""

    file_bytes: int = 20 * MEGABYTE
    characters: int = 500_000
    seconds: float = 20
    memory_bytes: int = 512 * MEGABYTE


DEFAULT_LIMITS: Final = ExtractionLimits()


def extract_text(
    path_or_file: str | os.PathLike[str] | IO[bytes], extension: str, *, limits: ExtractionLimits = DEFAULT_LIMITS
) -> ExtractedText:
    """The text of a file of one of `EXTENSIONS`, whose `extension` may have a dot and capitals.

    The position of an open file is kept. Raises OSError where the file itself cannot be opened or read; whatever is
    wrong with its content is told in `problem`.
    """
    extension = extension.lower().removeprefix(".")
    if extension not in EXTENSIONS:
        return ExtractedText("", _PROBLEMS["unknown"])
    with TemporaryFile() as copy, TemporaryFile() as output:
        with _opened(path_or_file) as file:
            if not _copy(file, copy, limits.file_bytes):
                return ExtractedText("", _PROBLEMS["large"])
        problem = _run_child(copy, output, extension, limits)
        return _read_output(output, problem, extension, limits.characters)


@contextmanager
def _opened(path_or_file: str | os.PathLike[str] | IO[bytes]) -> Iterator[IO[bytes]]:
    if isinstance(path_or_file, str | os.PathLike):
        with Path(path_or_file).open("rb") as file:
            yield file
        return
    position = path_or_file.tell()
    path_or_file.seek(0)
    try:
        yield path_or_file
    finally:
        path_or_file.seek(position)


def _copy(file: IO[bytes], copy: IO[bytes], limit: int) -> bool:
    """Whether all of `file` is in `copy`; sizes are counted, not asked for. A storage's file is none of the kernel's."""
    while piece := file.read(_COPIED_AT_ONCE):
        copy.write(piece)
        if copy.tell() > limit:
            return False
    copy.seek(0)
    return True


def _run_child(copy: IO[bytes], output: IO[bytes], extension: str, limits: ExtractionLimits) -> str:
    """The problem that the child's end tells; empty where it came to an end of its own."""
    # Two characters more than are wanted, a line's end and one behind it, tell that there is more; one second more,
    # so that the clock comes first.
    numbers = (limits.characters + 2, limits.memory_bytes, math.ceil(limits.seconds) + 1)
    with TemporaryFile() as complaints:
        try:
            ended = subprocess.run(  # noqa: S603 - no part of the command comes from outside
                [sys.executable, "-m", CHILD_MODULE, extension, *map(str, numbers)],
                stdin=copy,
                stdout=output,
                stderr=complaints,
                cwd=CHILD_DIRECTORY,
                env={name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ},
                timeout=limits.seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "late"
        if ended.returncode:
            logger.info("Reading a %s ended with %d: %s", extension, ended.returncode, _last_line(complaints))
    # Killed, but not from here: by the kernel that was short of memory.
    return {0: "", -signal.SIGKILL: "memory"}.get(ended.returncode, "damaged")


def _last_line(complaints: IO[bytes]) -> str:
    """The end of a traceback, which names the error; as a literal, since it may quote the file."""
    complaints.seek(max(0, complaints.seek(0, os.SEEK_END) - 4 * _COMPLAINT_CHARACTERS))
    lines = complaints.read().decode(errors="replace").strip().splitlines()
    return ascii(lines[-1][:_COMPLAINT_CHARACTERS]) if lines else ""


def _read_output(output: IO[bytes], problem: str, extension: str, characters: int) -> ExtractedText:
    output.seek(0)
    sent, _, verdict = output.read().partition(END_OF_TEXT)
    # A child that was killed may have stopped within a character.
    text = sent.decode(errors="ignore").removesuffix("\n")
    problem = problem or verdict.decode(errors="ignore")
    if not text and not problem:
        problem = "scanned" if extension == "pdf" else "empty"
    is_cut = len(text) > characters or bool(text and problem in ("damaged", "memory", "late"))
    return ExtractedText(text[:characters].rstrip(), _PROBLEMS.get(problem, _PROBLEMS["damaged"]), is_cut)
