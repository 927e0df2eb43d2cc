"""The columns and home page that a new site starts with, from `starter/<kind>.toml`; nodes are known by their key."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from site_core.models import BasePage, ColumnPage, HomePage
from tenants.models import Organisation

STARTER_DIR = Path(__file__).parent / "starter"
_NODE = "node:"


@dataclass(frozen=True)
class ColumnNode:
    """A column as the file describes it; `parent` is a node key, or '' for the home page."""

    node_key: str
    slug: str
    title: str
    kind: str
    description: str
    keywords: str
    update_days: int = 0
    parent: str = ""
    page_size: int = 20
    layout: str = "lines"
    show_in_menus: bool = True


@cache
def read_starter_columns(kind: str) -> tuple[ColumnNode, ...]:
    """Columns of that kind of site, parents before children. Raises FileNotFoundError, TypeError, ValueError."""
    data = tomllib.loads((STARTER_DIR / f"{kind}.toml").read_text(encoding="utf-8"))
    return tuple(ColumnNode(**row) for row in data["column"])


def make_starter_columns(site: Organisation) -> None:
    """Make the home page's columns that are not there yet. Safe to repeat: what has the node key is left alone."""
    home = HomePage.objects.get()
    made: dict[str, BasePage] = {page.node_key: page for page in ColumnPage.objects.exclude(node_key="")}
    for node in read_starter_columns(site.kind):
        if node.node_key not in made:
            parent = made[node.parent] if node.parent else home
            made[node.node_key] = _add_column(parent, node)


def _add_column(parent: Any, node: ColumnNode) -> ColumnPage:
    now = timezone.now()
    column = ColumnPage(
        node_key=node.node_key,
        slug=node.slug,
        title=node.title,
        kind=node.kind,
        summary=node.description,
        keywords=node.keywords,
        update_days=node.update_days,
        page_size=node.page_size,
        layout=node.layout,
        show_in_menus=node.show_in_menus,
        live=True,
        first_published_at=now,
        last_published_at=now,
    )
    parent.add_child(instance=column)
    return column


def make_starter_sections(site: Organisation) -> None:
    """Give the home page its sections while it has none. Columns are named by node key: `node:tzgg`."""
    home = HomePage.objects.get()
    if len(home.sections):
        return
    columns = dict(ColumnPage.objects.exclude(node_key="").values_list("node_key", "pk"))
    home.sections = [  # type: ignore[assignment] # a StreamField takes raw data
        {"type": section["key"], "value": _resolve({k: v for k, v in section.items() if k != "key"}, columns)}
        for section in read_starter_sections(site.kind)
    ]
    home.save(update_fields=["sections"])


@cache
def read_starter_sections(kind: str) -> tuple[dict[str, Any], ...]:
    """Sections of the home page of that kind of site, as raw values of their blocks."""
    data = tomllib.loads((STARTER_DIR / f"{kind}.toml").read_text(encoding="utf-8"))
    return tuple(data.get("section", ()))


def _resolve(value: Any, columns: dict[str, int]) -> Any:
    """The value with each `node:KEY` as the column's id; None for a column that the site does not have."""
    if isinstance(value, dict):
        return {key: _resolve(each, columns) for key, each in value.items()}
    if isinstance(value, list):
        return [found for each in value if (found := _resolve(each, columns)) is not None]
    if isinstance(value, str) and value.startswith(_NODE):
        return columns.get(value.removeprefix(_NODE))
    return value
