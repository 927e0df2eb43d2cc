"""Which sub-column of 法律法规 a category of an imported text belongs to: the table `categories.toml`, and nothing else."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("categories.toml")
_OTHERS = "qt"

Segments = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """A sub-column: its slug, unique among them, and its Chinese title."""

    slug: str
    title: str


class CategoryTableProblem(ValueError):
    """`categories.toml` says two things of one category, or lacks the column for all others."""


def column_for(category: str) -> ImportColumn:
    """The sub-column for a category such as `DLC/山东地方法规/地方性法规/山东`; 其他 for an unknown one.

    The longest row of the table that the category begins with, segment by segment, decides.
    """
    table = _load_table()
    segments = _split(category)
    for length in range(len(segments), 0, -1):
        if column := table.get(segments[:length]):
            return column
    return table[()]


def list_columns() -> list[ImportColumn]:
    """All sub-columns, in the order of the table."""
    return list(dict.fromkeys(_load_table().values()))


@cache
def _load_table() -> dict[Segments, ImportColumn]:
    return parse_table(_TABLE.read_text(encoding="utf-8"))


def parse_table(text: str) -> dict[Segments, ImportColumn]:
    """Categories, as tuples of segments, with their columns; the empty one stands for all unknown.

    Raises CategoryTableProblem.
    """
    table: dict[Segments, ImportColumn] = {}
    for row in tomllib.loads(text)["column"]:
        for category in row["categories"]:
            if _split(category) in table:
                raise CategoryTableProblem(f"category {category!r} stands twice")
            table[_split(category)] = ImportColumn(row["slug"], row["title"])
    if table.get((), ImportColumn("", "")).slug != _OTHERS:
        raise CategoryTableProblem(f"the empty category must go to {_OTHERS!r}")
    return table


def _split(category: str) -> Segments:
    return tuple(segment.strip() for segment in category.split("/") if segment.strip())
