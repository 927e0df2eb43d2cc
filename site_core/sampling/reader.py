"""What the sample files say, as rows; `{name} {short_name} {place} {mark}` are filled in for a site."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tenants.kinds import SiteKind
from tenants.models import Organisation

SAMPLE_DIR = Path(__file__).parent.parent / "sample"
PAGES_DIR = SAMPLE_DIR / "pages"
TABLES = ("document", "article", "person", "guide", "topic")
_BUREAUS = (SiteKind.CITY_BUREAU, SiteKind.COUNTY_BUREAU)
_FILES_OF = {
    SiteKind.CITY_BUREAU: ("bureau", "city"),
    SiteKind.COUNTY_BUREAU: ("bureau",),
}


@dataclass(frozen=True)
class SampleRow:
    """One page as a file describes it: the table it stands in, its key on the site, its values."""

    table: str
    key: str
    values: dict[str, Any]

    @property
    def age(self) -> int:
        """Days since its publication; people have none of their own."""
        return int(self.values.get("days_ago", 120))


@cache
def read_rows(kind: str) -> tuple[SampleRow, ...]:
    """Rows of that kind of site: what others refer to first, and within a table the oldest first."""
    rows = [row for file, prefix in _list_files(kind) for row in _read_file(file, prefix, kind)]
    return tuple(sorted(rows, key=lambda row: (TABLES.index(row.table), -row.age)))


def _list_files(kind: str) -> list[tuple[Path, str]]:
    names = _FILES_OF.get(SiteKind(kind), ("offices",))
    return [(SAMPLE_DIR / f"{kind}.toml", kind), *((PAGES_DIR / f"{name}.toml", name) for name in names)]


def _read_file(file: Path, prefix: str, kind: str) -> list[SampleRow]:
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    return [
        SampleRow(table, _make_key(prefix, table, number, row), row)
        for table in TABLES
        for number, row in enumerate(data.get(table, ()), 1)
        if row.get("kind", kind) == kind
    ]


def _make_key(prefix: str, table: str, number: int, row: dict[str, Any]) -> str:
    return f"sample:{prefix}:{table}:{row.get('key', number)}"


def fill(value: Any, site: Organisation) -> Any:
    """The value with the site's names in every text of it."""
    if isinstance(value, str):
        return value.format(**_names(site)) if "{" in value else value
    if isinstance(value, list):
        return [fill(each, site) for each in value]
    return {key: fill(each, site) for key, each in value.items()} if isinstance(value, dict) else value


def _names(site: Organisation) -> dict[str, str]:
    place = site.place or site.short_name
    return {"name": site.name, "short_name": site.short_name, "place": place, "mark": f"{place[0]}司发"}
