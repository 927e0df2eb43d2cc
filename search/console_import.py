"""Many synonyms at once: a table pasted as text, taken line by line."""

import csv
import re
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.ledger import PLATFORM_CHAIN, record
from search.analysis.folding import clean
from search.catalogue_words import touch_vocabulary
from search.console_actions import lock_lists
from search.console_rules import find_long, find_synonym_faults, first_of_each, synonym_key, tidy_synonym
from search.models import Direction, Synonym

MOST_LINES = 1000
"""Lines of one import."""

_DIRECTIONS = {
    "": Direction.ONE,
    "one": Direction.ONE,
    "单向": Direction.ONE,
    "both": Direction.BOTH,
    "双向": Direction.BOTH,
}
_HEADS = frozenset({"说法", "群众用语", "words"})


@dataclass(frozen=True)
class LineFault:
    """A line that was not taken: its number (from 1), the line itself, and why."""

    number: int
    line: str
    problem: str


@dataclass
class ImportReport:
    """What came of an import: rows added, how many were there before, and the lines that were not taken."""

    added: list[Synonym] = field(default_factory=list)
    known: int = 0
    faults: list[LineFault] = field(default_factory=list)


class LineRefused(ValueError):
    """A line that is no synonym; the text is for the reader."""


def import_synonyms(text: str, *, acting_user: Any) -> ImportReport:
    """Add the synonyms of a table pasted as text: 说法, 查找 and, if need be, 单向/双向, parted by tabs or commas.

    What is sound is added, what is not comes back line by line. Raises ValidationError for more than MOST_LINES lines.
    """
    lines = [(number, line) for number, line in enumerate(_list_lines(text), 1) if _is_content(number, line)]
    if len(lines) > MOST_LINES:
        raise ValidationError({"text": f"一次最多导入 {MOST_LINES} 行，现有 {len(lines)} 行，请分几次导入。"})
    report = ImportReport()
    with transaction.atomic():
        lock_lists()
        taken = {synonym_key(row): row for row in Synonym.objects.all()}
        for number, line in lines:
            _take_line(number, line, taken, report)
        if report.added:
            Synonym.objects.bulk_create(report.added)
            detail = {"added": [str(row) for row in report.added], "faults": len(report.faults)}
            record("search.synonyms_imported", None, acting_user, detail, chain=PLATFORM_CHAIN)
            touch_vocabulary()
    return report


def _list_lines(text: str) -> list[str]:
    return clean(text.replace("\r\n", "\n").replace("\r", "\n")).removeprefix("\ufeff").split("\n")


def _is_content(number: int, line: str) -> bool:
    is_head = number == 1 and re.split(r"[\t,]", line)[0].strip('" ').lower() in _HEADS
    return bool(line.strip()) and not line.lstrip().startswith("#") and not is_head


def _take_line(number: int, line: str, taken: dict[Any, Synonym], report: ImportReport) -> None:
    try:
        row = _read_line(line)
        same = taken.setdefault(synonym_key(row), row)
        _refuse_contrary(row, same)
    except LineRefused as refusal:
        report.faults.append(LineFault(number, line, str(refusal)))
        return
    if same is row:
        report.added.append(row)
    else:
        report.known += 1


def _refuse_contrary(row: Synonym, same: Synonym) -> None:
    """Raises LineRefused where the row is known, but says something else."""
    if row.direction != same.direction or not same.is_active:
        raise LineRefused(f"已有同样的一条，但{'方向不同' if same.is_active else '已停用'}：请在列表中修改。")


def _read_line(line: str) -> Synonym:
    """The line's synonym, in form. Raises LineRefused."""
    cells = _split_line(line)
    if not 2 <= len(cells) <= 3:
        raise LineRefused(f"应有两列或三列（说法、查找、方向），这一行有 {len(cells)} 列；列内的词请用顿号分隔。")
    direction = _DIRECTIONS.get(cells[2].strip().lower() if len(cells) == 3 else "")
    if direction is None:
        raise LineRefused("第三列只能是“单向”或“双向”（或 one、both）；列内的词请用顿号分隔。")
    row = Synonym(words=cells[0], terms=cells[1], direction=direction)
    tidy_synonym(row)
    faults = first_of_each([*find_long(row, ("words", "terms")), *find_synonym_faults(row)])
    if faults:
        said = (f"{row._meta.get_field(name).verbose_name}：{fault}" for name, fault in faults.items())  # type: ignore[union-attr] # fields of ours
        raise LineRefused(" ".join(said))
    return row


def _split_line(line: str) -> list[str]:
    if "\t" in line:
        cells = line.split("\t")
    else:
        try:
            cells = next(csv.reader([line], strict=True))
        except csv.Error:
            raise LineRefused("引号没有配对。") from None
    while cells and not cells[-1].strip():
        cells.pop()
    return [cell.strip().strip('"') for cell in cells]
