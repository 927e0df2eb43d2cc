"""The columns that a new site starts with, from `starter/<kind>.toml`; nodes are known by their key."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from site_core.models import BasePage, ColumnPage, HomePage
from tenants.models import Organisation

STARTER_DIR = Path(__file__).parent / "starter"


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
        show_in_menus=node.show_in_menus,
        live=True,
        first_published_at=now,
        last_published_at=now,
    )
    parent.add_child(instance=column)
    return column
