"""Pages of a PDF, made in a process of its own under limits of the kernel. Whatever the file, the caller gets an answer in time."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Literal

from legal_education.models.papers import MOST_PAGES
from search.analysis.folding import clean

CHILD_MODULE = "legal_education.papers.rendering_child"
_ROOT = Path(__file__).resolve().parent.parent.parent
_KEPT_ENVIRONMENT = ("PYTHONPATH", "LD_LIBRARY_PATH", "TMPDIR")
_MEMORY_BYTES = 2048 * 1024 * 1024
_SECONDS = {"count": 20, "render": 300}
_PROBLEMS = {
    "damaged": "PDF 已损坏或内容不符合格式，打不开。请用原来的软件重新导出",
    "locked": "PDF 设有打开密码。请去掉密码后再上传",
    "empty": "PDF 里一页也没有",
    "long": f"PDF 超过 {MOST_PAGES} 页，不像一期报纸。请按期拆分",
    "memory": "PDF 的版面过大，生成时内存不够。请压缩后再上传",
    "late": "PDF 过于复杂，生成版面用时过长。请重新导出后再上传",
}


class PdfRefused(ValueError):
    """No pages can be made of the file; the text is for the editor."""


@dataclass(frozen=True)
class RenderedPage:
    """A page as JPEG, and its text."""

    picture: bytes
    text: str


def check_pdf(file: IO[bytes]) -> None:
    """Raise PdfRefused where the PDF cannot be opened."""
    _run("count", file, "-")


def render_pdf(file: IO[bytes]) -> list[RenderedPage]:
    """All pages of the PDF. Raises PdfRefused."""
    with TemporaryDirectory() as folder:
        _run("render", file, folder)
        pictures = sorted(Path(folder).glob("*.jpg"), key=lambda path: int(path.stem))
        return [RenderedPage(each.read_bytes(), _read_text(each.with_suffix(".txt"))) for each in pictures]


def _read_text(path: Path) -> str:
    lines = (line.strip() for line in clean(path.read_text(encoding="utf-8")).splitlines())
    return "\n".join(line for line in lines if line)


def _run(order: Literal["count", "render"], file: IO[bytes], folder: str) -> None:
    limits = [str(MOST_PAGES), str(_MEMORY_BYTES), str(_SECONDS[order] + 1)]
    try:
        ended = subprocess.run(  # noqa: S603 - no part of the command comes from outside
            [sys.executable, "-m", CHILD_MODULE, order, folder, *limits],
            input=file.read(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env={name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ},
            timeout=_SECONDS[order],
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise PdfRefused(_PROBLEMS["late"]) from late
    verdict = ended.stdout.decode(errors="replace") if ended.returncode == 0 else "damaged"
    if verdict != "ok":
        raise PdfRefused(_PROBLEMS.get(verdict, _PROBLEMS["damaged"]))
