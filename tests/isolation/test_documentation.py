"""docs/leaks.md names every row of the list, and tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "leaks.md").read_text(encoding="utf-8")
ROWS = {row.split("|")[1].strip(): row for row in PAGE.splitlines() if row.startswith("| L")}


def is_there(file, name):
    path = ROOT / file
    return path.exists() and (not name or f"def {name}(" in path.read_text(encoding="utf-8"))


def test_every_row_of_the_list_is_told():
    assert list(ROWS) == [f"L{number}" for number in range(1, 24)]


def test_every_row_names_a_test():
    assert not [key for key, row in ROWS.items() if "::test_" not in row]


def test_every_test_that_is_named_is_there():
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)
    assert len(named) > 40
    assert not [f"{file}::{name}" for file, name in named if not is_there(file, name)]


def test_every_file_of_isolation_tests_is_named():
    files = {f"tests/isolation/{path.name}" for path in Path(__file__).parent.glob("test_*.py")}
    assert not {file for file in files if file not in PAGE}
