"""What a blueprint says, as frozen values: read from a draft, a release or a TOML file, and never changed in place.

Checks are in `content_checks`, files in `toml_files`, edits of a draft in `editing`. Nothing here asks the database.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from site_core.locks import Lock

DIRECT = "direct"
"""Name of the workflow without review; no blueprint needs to describe it."""
NODE_REFERENCE = "node:"
"""How a section's value names a column: `node:tzgg`."""


@dataclass(frozen=True)
class Node:
    """A column or standing page that a site must have. `parent` is a node's key, '' for the home page.

    `update_days` is the longest time without a new item (0 = none asked for); `workflow` is a workflow's key, '' for that of
    the parent; `page_type` is `app.Model`. Nodes of one parent stand in the order of the blueprint.
    """

    key: str
    title: str
    slug: str
    parent: str = ""
    page_type: str = "site_core.ColumnPage"
    kind: str = "工作动态"
    layout: str = "lines"
    description: str = ""
    keywords: str = ""
    update_days: int = 0
    page_size: int = 20
    show_in_menus: bool = True
    locks: tuple[str, ...] = (Lock.EXISTENCE, Lock.PLACE, Lock.TITLE, Lock.SLUG, Lock.TEMPLATE)
    workflow: str = ""


@dataclass(frozen=True)
class Section:
    """A section of the home page: key of the registry, and the value it starts with. An optional one is the site's choice."""

    key: str
    value: dict[str, Any] = field(default_factory=dict, hash=False)
    required: bool = True


@dataclass(frozen=True)
class Workflow:
    """Steps of review in order, each a group of the site (`reviewer_1` …), one to three."""

    key: str
    label: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Content:
    """A whole blueprint. `palettes` are keys of the theme's palettes a site may choose from; none means all.

    `identifiers` and `contacts` are fields of the organisation that must be filled in.
    """

    kind: str
    nodes: tuple[Node, ...] = ()
    sections: tuple[Section, ...] = ()
    sections_fixed: bool = False
    theme: str = ""
    palettes: tuple[str, ...] = ()
    roles: tuple[str, ...] = ("editor", "reviewer_1", "reviewer_2", "reviewer_3", "site_admin")
    workflows: tuple[Workflow, ...] = ()
    default_workflow: str = DIRECT
    identifiers: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()

    def find_node(self, key: str) -> Node | None:
        """The node with that key."""
        return next((node for node in self.nodes if node.key == key), None)

    def list_children(self, key: str = "") -> list[Node]:
        """Nodes directly below the one with that key ('' for the home page), in order."""
        return [node for node in self.nodes if node.parent == key]

    def walk(self) -> Iterator[tuple[Node, int]]:
        """(node, depth) in the order of the tree, parents first; depth 0 is directly below the home page."""
        yield from self._walk_below("", 0, set())

    def _walk_below(self, parent: str, depth: int, seen: set[str]) -> Iterator[tuple[Node, int]]:
        for node in self.list_children(parent):
            if node.key in seen:
                continue  # a draft may hold a circle or a double key until it is checked
            seen.add(node.key)
            yield node, depth
            yield from self._walk_below(node.key, depth + 1, seen)

    def find_workflow(self, key: str) -> Workflow | None:
        """The workflow with that key; None for `direct` and for one that is not there."""
        return next((each for each in self.workflows if each.key == key), None)

    def steps_of(self, node: Node | None) -> tuple[str, ...]:
        """Groups that review what is published at the node, in order; for None, at the home page. () is without review."""
        while node is not None and not node.workflow:
            node = self.find_node(node.parent) if node.parent else None
        found = self.find_workflow(node.workflow if node else self.default_workflow)
        return found.steps if found else ()


def to_dict(content: Content) -> dict[str, Any]:
    """The content as plain lists and dictionaries, for JSON."""
    return asdict(content)


def from_dict(data: dict[str, Any]) -> Content:
    """The content of a draft or release. Raises TypeError, KeyError where it is not one; what it says is not checked here."""
    rows = dict(data)
    return Content(
        **{
            **{key: _frozen(value) for key, value in rows.items()},
            "nodes": tuple(Node(**{k: _frozen(v) for k, v in row.items()}) for row in rows.get("nodes", ())),
            "sections": tuple(Section(**row) for row in rows.get("sections", ())),
            "workflows": tuple(
                Workflow(**{k: _frozen(v) for k, v in row.items()}) for row in rows.get("workflows", ())
            ),
        }
    )


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def to_canonical_json(content: Content) -> str:
    """One text for one content, whatever it was read from: what is hashed and signed."""
    return json.dumps(to_dict(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


NODE_FIELDS = tuple(each.name for each in fields(Node))
