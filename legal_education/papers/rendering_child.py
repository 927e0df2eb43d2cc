"""The process that opens PDFs: hostile files harm nobody but it. Run by `papers.rendering`; knows no Django.

The file comes on standard input. `count` only opens it; `render` writes `<number>.jpg` and `<number>.txt` into a folder.
Standard output gets one word, the verdict: `ok`, or what is wrong. No verdict means that the process broke.
"""

import resource
import sys
from pathlib import Path
from typing import Any

import pypdfium2

_LONGEST_SIDE = 2600  # pixels; body type of a broadsheet can still be read
_LARGEST_SCALE = 4.0
_MOST_CHARACTERS = 50_000


class Unreadable(Exception):
    """The file cannot be made into pages; the message is the verdict."""


def main(order: str, folder: str, most_pages: int, memory_bytes: int, seconds: int) -> None:
    """Carry out the order, and say how it went."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    try:
        document = _open(sys.stdin.buffer.read(), most_pages)
        if order == "render":
            for number in range(len(document)):
                _render(document[number], Path(folder) / str(number + 1))
        verdict = "ok"
    except Unreadable as problem:
        verdict = str(problem)
    except MemoryError:
        verdict = "memory"
    sys.stdout.write(verdict)


def _open(content: bytes, most_pages: int) -> Any:
    try:
        document = pypdfium2.PdfDocument(content)
        count = len(document)
    except pypdfium2.PdfiumError as problem:
        raise Unreadable("locked" if "password" in str(problem).lower() else "damaged") from problem
    if not 1 <= count <= most_pages:
        raise Unreadable("empty" if count < 1 else "long")
    try:
        document[0].get_size()
    except pypdfium2.PdfiumError as problem:
        raise Unreadable("damaged") from problem
    return document


def _render(page: Any, target: Path) -> None:
    try:
        width, height = page.get_size()
        scale = min(_LARGEST_SCALE, _LONGEST_SIDE / max(width, height, 1))
        picture = page.render(scale=scale).to_pil().convert("RGB")
        text = page.get_textpage().get_text_range()
    except pypdfium2.PdfiumError as problem:
        raise Unreadable("damaged") from problem
    picture.save(target.with_suffix(".jpg"), "JPEG", quality=82)
    target.with_suffix(".txt").write_text(text[:_MOST_CHARACTERS], encoding="utf-8", errors="ignore")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
