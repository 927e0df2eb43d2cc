"""CSV as records, of which a broken one costs itself alone: the lines after its first are read once more."""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from site_core.importing.files import LINE_LIMIT, FileLine

UNCLOSED = "引号不配对：此行的引号没有结束，或引号后缺少逗号。"
TOO_LONG = "此行超过 20 MB。"


@dataclass(frozen=True, slots=True)
class CsvRecord:
    """A record and the number of its first line; `problem` is empty, or says in Chinese why there are no cells.

    A byte that is not of the file's encoding stays as a lone surrogate (PEP 383).
    """

    line: int
    cells: tuple[str, ...]
    problem: str = ""


class CsvRecords:
    """Iterator over the records of a file's lines. A record may go over lines, up to 20 MB in all."""

    def __init__(self, lines: Iterator[FileLine], encoding: str) -> None:
        csv.field_size_limit(max(csv.field_size_limit(), LINE_LIMIT))  # a law is longer than the default of 128 KB
        self._lines = lines
        self._encoding = encoding
        self._again: deque[FileLine] = deque()

    def __iter__(self) -> Iterator[CsvRecord]:
        while (first := self._find_line()) is not None:
            if first.data is None:
                yield CsvRecord(first.number, (), TOO_LONG)
            elif first.data.strip():
                yield self._read_record(first)

    def _find_line(self) -> FileLine | None:
        return self._again.popleft() if self._again else next(self._lines, None)

    def _read_record(self, first: FileLine) -> CsvRecord:
        taken: list[FileLine] = []
        try:
            cells = next(csv.reader(self._pull(first, taken), strict=True))
        except csv.Error:
            self._again.extendleft(reversed(taken))
            return CsvRecord(first.number, (), UNCLOSED)
        return CsvRecord(first.number, tuple(cells))

    def _pull(self, first: FileLine, taken: list[FileLine]) -> Iterator[str]:
        """The lines that the reader asks for, as text; those behind the first are noted in `taken`."""
        line: FileLine | None = first
        size = 0
        while line is not None and line.data is not None and (size := size + len(line.data)) <= LINE_LIMIT:
            yield line.data.decode(self._encoding, errors="surrogateescape")
            line = self._find_line()
            taken += [] if line is None else [line]
