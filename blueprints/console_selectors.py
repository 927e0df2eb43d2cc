"""Reads for the console's screens on blueprints: drafts, the tree as rows, releases with their signatures."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from blueprints.content import Content, Node
from blueprints.content_checks import list_problems
from blueprints.content_checks.problems import Problem
from blueprints.differences import Difference, list_differences, name_page_type, show_field
from blueprints.editing import name_workflow
from blueprints.models import Blueprint, Release
from blueprints.releasing import verify_release
from blueprints.selectors import find_blueprint, find_latest_release, get_content, list_blueprints, list_releases
from blueprints.shipped import read_shipped
from site_core.locks import LOCK_LABELS
from tenants.kinds import SiteKind


@dataclass(frozen=True)
class Draft:
    """What a kind of site is to become: the draft; where nobody saved one yet, what is shipped (version 0)."""

    kind: str
    content: Content
    version: int
    latest: Release | None
    changed_at: datetime | None = None
    changed_by: Any = None
    sites: int = 0

    @property
    def label(self) -> str:
        """Name of the kind."""
        return SiteKind(self.kind).label

    @cached_property
    def differences(self) -> list[Difference]:
        """From the latest release to the draft."""
        return list_differences(get_content(self.latest), self.content)

    @property
    def is_released(self) -> bool:
        """Whether the latest release says just this."""
        return get_content(self.latest) == self.content

    @cached_property
    def problems(self) -> list[Problem]:
        """What keeps the draft from being saved and released."""
        return list_problems(self.content)

    @property
    def column_count(self) -> int:
        """Number of columns."""
        return len(self.content.nodes)


def get_draft(kind: str) -> Draft:
    """The draft for that kind of site."""
    return _make_draft(kind, find_blueprint(kind))


def list_drafts() -> list[Draft]:
    """One for each kind of site, with `sites` counted."""
    found = {each.kind: each for each in list_blueprints()}
    return [_make_draft(kind, found.get(kind)) for kind in SiteKind.values]


def _make_draft(kind: str, blueprint: Blueprint | None) -> Draft:
    latest = find_latest_release(kind)
    if blueprint is None:
        return Draft(kind, read_shipped(kind), 0, latest)
    sites = getattr(blueprint, "sites", None) or 0
    return Draft(
        kind, blueprint.content, blueprint.version, latest, blueprint.changed_at, blueprint.changed_by, sites=sites
    )


@dataclass(frozen=True)
class TreeRow:
    """A node as the tree shows it; `position` among its siblings, from 0."""

    node: Node
    depth: int
    parent_title: str
    position: int
    siblings: int
    children: int
    is_column: bool
    type_label: str
    layout_label: str
    interval: str
    locks: str
    workflow: str
    address: str
    previous_title: str = ""

    @property
    def level(self) -> int:
        """From 1."""
        return self.depth + 1

    @property
    def is_first(self) -> bool:
        """No sibling before it."""
        return self.position == 0

    @property
    def is_last(self) -> bool:
        """No sibling behind it."""
        return self.position == self.siblings - 1


COLUMN_TYPE = Node.page_type


def list_tree(content: Content) -> list[TreeRow]:
    """All nodes in the order of the tree."""
    families: dict[str, list[Node]] = {}
    for node in content.nodes:
        families.setdefault(node.parent, []).append(node)
    by_key = {node.key: node for node in content.nodes}
    return [_make_row(content, node, depth, families, by_key) for node, depth in content.walk()]


def _make_row(
    content: Content, node: Node, depth: int, families: dict[str, list[Node]], by_key: dict[str, Node]
) -> TreeRow:
    family = families[node.parent]
    position = family.index(node)
    is_column = node.page_type == COLUMN_TYPE
    parent = by_key.get(node.parent)
    return TreeRow(
        node=node,
        depth=depth,
        parent_title=parent.title if parent else "首页",
        position=position,
        siblings=len(family),
        children=len(families.get(node.key, ())),
        is_column=is_column,
        type_label=node.kind if is_column else name_page_type(node.page_type),
        layout_label=show_field("layout", node.layout) if is_column else "",
        interval=f"{node.update_days} 天" if node.update_days else "",
        locks="、".join(label for lock, label in LOCK_LABELS.items() if lock in node.locks),
        workflow=name_workflow(content, node.workflow) if node.workflow else "",
        address=_address(node, by_key),
        previous_title=family[position - 1].title if position else "",
    )


def _address(node: Node | None, by_key: dict[str, Node]) -> str:
    steps: list[str] = []
    while node is not None and len(steps) <= len(by_key):
        steps.append(node.slug)
        node = by_key.get(node.parent)
    return "/" + "".join(f"{step}/" for step in reversed(steps))


def explain_workflow(content: Content, key: str) -> str:
    """What happens to a node that names no workflow, below the node of that key ('' for the home page)."""
    node = content.find_node(key) if key else None
    while node is not None and not node.workflow:
        node = content.find_node(node.parent) if node.parent else None
    return name_workflow(content, node.workflow if node else content.default_workflow)


@dataclass(frozen=True)
class ReleaseRow:
    """A release in the list."""

    release: Release
    is_genuine: bool
    sites: int


def list_numbers(kind: str) -> list[int]:
    """Numbers of all releases, the newest first."""
    return list(list_releases(kind).values_list("number", flat=True))


def verify_rows(releases: Any) -> list[ReleaseRow]:
    """The releases with the check of their signatures."""
    return [ReleaseRow(each, verify_release(each), each.sites_on) for each in releases]
