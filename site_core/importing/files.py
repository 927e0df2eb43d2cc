"""Files to import, as numbered lines of bytes: plain or packed, in constant memory. What the lines mean is not known here."""

import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

LINE_LIMIT = 20 * 1024 * 1024  # bytes
_CHUNK = 1024 * 1024  # bytes
_BOM = b"\xef\xbb\xbf"

_OPENERS: dict[str, Callable[..., object]] = {".gz": gzip.open, ".xz": lzma.open}
_JSON_LINES = {".jsonl", ".ndjson", ".json"}
_CSV = {".csv"}


class ImportFileProblem(Exception):
    """A file that cannot be read to its end; the message, in Chinese, says why."""


@dataclass(frozen=True, slots=True)
class FileLine:
    """A line with its number from 1 and without BOM; `data` ends as the line does, and is None if over 20 MB."""

    number: int
    data: bytes | None


def is_csv(path: Path) -> bool:
    """Whether the file is CSV; else it is JSON lines. Raises ImportFileProblem for a name that tells neither."""
    suffix = _plain_suffix(path)
    if suffix not in _JSON_LINES | _CSV:
        raise ImportFileProblem(
            f"不认识的文件类型“{path.name}”：可导入 .jsonl、.json 和 .csv，也可用 .gz 或 .xz 压缩。"
        )
    return suffix in _CSV


def count_lines(path: Path) -> int:
    """Number of lines, blank ones included, for showing progress. Raises ImportFileProblem."""
    count, last = 0, b"\n"
    with _open(path) as stream:
        while chunk := stream.read(_CHUNK):
            count, last = count + chunk.count(b"\n"), chunk[-1:]
    return count + (last != b"\n")


def list_file_lines(path: Path) -> Iterator[FileLine]:
    """The file's lines in order, one in memory at a time. Raises ImportFileProblem, also after some of them."""
    with _open(path) as stream:
        number = 0
        while data := stream.readline(LINE_LIMIT + 1):
            number += 1
            if len(data) > LINE_LIMIT:
                _skip_line(stream, data)
                yield FileLine(number, None)
            else:
                yield FileLine(number, data.removeprefix(_BOM) if number == 1 else data)


def find_csv_encoding(path: Path) -> str:
    """`utf-8` or `gb18030`: whatever more of the lines are that are not plain ASCII. Reads the whole file."""
    balance = 0
    for line in list_file_lines(path):
        if line.data is not None and not line.data.isascii():
            balance += 1 if _is_utf8(line.data) else -1
    return "utf-8" if balance >= 0 else "gb18030"


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _skip_line(stream: BinaryIO, data: bytes) -> None:
    while data and not data.endswith(b"\n"):
        data = stream.readline(_CHUNK)


def _plain_suffix(path: Path) -> str:
    name = Path(path.stem) if path.suffix.lower() in _OPENERS else path
    return name.suffix.lower()


@contextmanager
def _open(path: Path) -> Iterator[BinaryIO]:
    try:
        with cast(BinaryIO, _OPENERS.get(path.suffix.lower(), open)(path, "rb")) as stream:
            yield stream
    except FileNotFoundError as error:
        raise ImportFileProblem(f"找不到文件“{path}”。") from error
    except EOFError as error:
        raise ImportFileProblem(f"压缩文件“{path.name}”不完整：没有结尾，可能没有下载完。") from error
    except (gzip.BadGzipFile, lzma.LZMAError, zlib.error) as error:
        raise ImportFileProblem(f"压缩文件“{path.name}”已损坏，或并非 {path.suffix} 格式。") from error
    except OSError as error:
        raise ImportFileProblem(f"无法读取文件“{path}”：{error.strerror or error}。") from error
