"""Where a site is to end up: every node's page with its values, the tree, what goes and what stays. Pure.

Three-way: what is locked has the blueprint's value; what is not has it at the beginning, and later only where the
blueprint changed its mind and the site still has the value of the release before.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from blueprints.content import Content, Node
from blueprints.ordering import Family, Ref, arrange
from blueprints.site_state import COLUMN_FIELDS, FIELDS, PageState, SiteState
from site_core.locks import LOCKED_FIELDS, Lock

Steps = tuple[str, ...]
LOCK_OF = {name: lock for lock, names in LOCKED_FIELDS.items() for name in names}


@dataclass(frozen=True)
class NodeAim:
    """What a node's page is to be. `page` is the one that is there; `is_new` says that a page is to be made in its place."""

    node: Node
    page: PageState | None
    is_new: bool
    parent: Ref
    values: dict[str, Any] = field(hash=False)

    @property
    def ref(self) -> Ref:
        """How the tree names the page."""
        return self.node.key if self.is_new or self.page is None else self.page.id


@dataclass(frozen=True)
class Aim:
    """The end state. `children` are those of each page that stays or is made, in order; `removed` come children first.

    `retired` pages were nodes and stay without locks; `rules` are steps of review, None for none of its own.
    """

    nodes: dict[str, NodeAim]
    children: dict[Ref, list[Ref]]
    removed: tuple[PageState, ...]
    retired: tuple[PageState, ...]
    rules: dict[Ref, Steps | None]
    open_pages: frozenset[int]
    """Pages that may have no privacy setting: something that must exist stands at or below them."""
    replaced: dict[int, Ref]
    """Pages of a wrong type, and the new ones in their place."""

    @cached_property
    def parents(self) -> dict[Ref, Ref]:
        """Parent of each page but the home page."""
        return {child: parent for parent, children in self.children.items() for child in children}


def aim_at(state: SiteState, content: Content, base: Content | None) -> Aim:
    """The end state of the site under that content, coming from that of the release it is on (None for none)."""
    return _Aiming(state, content, base).finish()


@cache
def is_column(label: str) -> bool:
    """Whether pages of that type have what columns have."""
    from django.apps import apps

    from site_core.models import ColumnPage

    return issubclass(apps.get_model(label), ColumnPage)


def list_fields(label: str) -> list[str]:
    """Fields of nodes that pages of that type have."""
    return [name for name in FIELDS if is_column(label) or name not in COLUMN_FIELDS]


def fits_type(page: PageState, node: Node) -> bool:
    """Whether the page is of the node's type."""
    return page.label.lower() == node.page_type.lower()


class _Aiming:
    """The steps from the three sides to the aim; each is asked for once."""

    def __init__(self, state: SiteState, content: Content, base: Content | None) -> None:
        self.state, self.content, self.base = state, content, base
        self.nodes = {node.key: node for node, _ in content.walk()}
        self.base_nodes = {node.key: node for node in base.nodes} if base else {}
        self.pages = {key: page for key, page in state.by_node.items() if key in self.nodes}
        self.below = _group(self.nodes.values())
        self.base_below = _group(self.base_nodes.values())
        self.retyped = {key for key, page in self.pages.items() if self._is_retyped(key, page)}
        self.forced: set[str] = set()

    def finish(self) -> Aim:
        places = self._settle_places()
        needed = self._list_needed(places)
        nodes = {key: self._aim_node(key, places[key]) for key in self.nodes if key in needed}
        removed = self._list_removed(nodes)
        children = self._arrange_all(nodes, {page.id for page in removed})
        gone = {page.id for page in removed}
        left = [page for key, page in self.state.by_node.items() if key not in self.nodes and page.id not in gone]
        replaced: dict[int, Ref] = {self.pages[key].id: key for key in self.retyped}
        rules, open_pages = self._aim_rules(nodes, left), self._list_open(nodes)
        return Aim(nodes, children, removed, tuple(left), rules, open_pages, replaced)

    # -- which page is which

    def _is_retyped(self, key: str, page: PageState) -> bool:
        """The page is of another type and holds nothing, so that a new one may take its place."""
        local = (child for child in self.state.children[page.id] if child.node_key not in self.nodes)
        is_empty = not page.content and not page.is_written and not any(local)
        return is_empty and not fits_type(page, self.nodes[key])

    def _ref_of(self, key: str) -> Ref:
        if not key:
            return self.state.home.id
        return self.pages[key].id if key in self.pages and key not in self.retyped else key

    def _ref_of_page(self, page_id: int) -> Ref:
        """A page of the site as the tree is to name it: the new one where another takes its place."""
        key = self.state.by_id[page_id].node_key
        return self._ref_of(key) if key in self.nodes else page_id

    # -- places

    def _settle_places(self) -> dict[str, Ref]:
        """Parent of each node. Where the site's own places would close a circle, they give way to the blueprint's."""
        while True:
            places = {key: self._place(key) for key in self.nodes}
            circle = self._find_circle(places)
            if not circle:
                return places
            self.forced |= circle

    def _place(self, key: str) -> Ref:
        node, page, wanted = self.nodes[key], self.pages.get(key), self._ref_of(self.nodes[key].parent)
        if page is None or key in self.forced or Lock.PLACE in node.locks:
            return wanted
        own = self.state.by_id[page.parent_id]
        before = self.base_nodes.get(key)
        if before and self._is_base_parent(before.parent, own):
            return wanted
        return self._ref_of_page(own.id)

    def _is_base_parent(self, key: str, page: PageState) -> bool:
        return page.node_key == key if key else page.id == self.state.home.id

    def _find_circle(self, places: dict[str, Ref]) -> set[str]:
        """Nodes of a circle that stand where the site put them; none where every page ends at the home page."""
        by_ref = {self._ref_of(key): key for key in self.nodes}
        for start in by_ref:
            seen: dict[Ref, None] = {}
            ref = start
            while ref != self.state.home.id and ref not in seen:
                seen[ref] = None
                ref = places[by_ref[ref]] if ref in by_ref else self._ref_of_page(self._parent_id(ref))
            if ref != self.state.home.id:
                keys = {by_ref[each] for each in seen if each in by_ref}
                return {key for key in keys if places[key] != self._ref_of(self.nodes[key].parent)}
        return set()

    def _parent_id(self, ref: Ref) -> int:
        return self.state.by_id[int(ref)].parent_id

    # -- which nodes there are to be

    def _list_needed(self, places: dict[str, Ref]) -> set[str]:
        """All nodes but those that the site may do without, did away with, and that nothing stands below of."""
        needed: set[str] = set()
        for key in reversed(list(self.nodes)):
            node = self.nodes[key]
            is_bound = key in self.pages or Lock.EXISTENCE in node.locks or key not in self.base_nodes
            is_used = any(child.key in needed and places[child.key] == key for child in self.below.get(key, ()))
            if is_bound or is_used:
                needed.add(key)
        return needed

    def _aim_node(self, key: str, parent: Ref) -> NodeAim:
        node, page = self.nodes[key], self.pages.get(key)
        values = {name: self._settle(node, page, name) for name in list_fields(node.page_type)}
        return NodeAim(node, page, page is None or key in self.retyped, parent, values)

    def _settle(self, node: Node, page: PageState | None, name: str) -> Any:
        wanted = getattr(node, name)
        if page is None or name not in page.values or LOCK_OF.get(name) in node.locks:
            return wanted
        own, before = page.values[name], self.base_nodes.get(node.key)
        follows = before is not None and getattr(before, name) == own
        return wanted if follows else own

    # -- the tree

    def _list_removed(self, nodes: dict[str, NodeAim]) -> tuple[PageState, ...]:
        """Pages of nodes that left and hold nothing, and those that another type takes the place of; children first."""
        below: dict[Ref, list[Ref]] = {}
        for aim in nodes.values():
            below.setdefault(aim.parent, []).append(aim.ref)
        for page in self.state.pages[1:]:
            if page.node_key not in self.nodes:
                below.setdefault(self._ref_of_page(page.parent_id), []).append(page.id)
        found = {page.id for page in self.pages.values() if page.node_key in self.retyped}
        for page in reversed(self.state.pages[1:]):  # those below come first
            if self._may_go(page) and all(child in found for child in below.get(page.id, ())):
                found.add(page.id)
        return tuple(page for page in reversed(self.state.pages) if page.id in found)

    def _may_go(self, page: PageState) -> bool:
        is_leaving = page.node_key and page.node_key not in self.nodes
        was_given = page.node_key in self.base_nodes or page.locks
        return bool(is_leaving and was_given) and not page.content and not page.is_written

    def _arrange_all(self, nodes: dict[str, NodeAim], removed: set[int]) -> dict[Ref, list[Ref]]:
        standing: dict[Ref, list[Ref]] = {self._ref_of_page(page.id): [] for page in self.state.pages}
        standing |= {aim.ref: standing.get(aim.ref, []) for aim in nodes.values()}
        parents: dict[Ref, Ref] = {aim.ref: aim.parent for aim in nodes.values()}
        for page in sorted(self.state.pages[1:], key=lambda each: each.position):
            ref, parent = self._ref_of_page(page.id), self._ref_of_page(page.parent_id)
            if (page.id not in removed or ref != page.id) and parents.get(ref, parent) == parent:
                standing[parent].append(ref)
        keys = {self._ref_of(key): key for key in self.nodes} | {self.state.home.id: ""}
        return {
            parent: arrange(self._make_family(keys.get(parent), nodes, standing[parent]))
            for parent in standing
            if parent not in removed
        }

    def _make_family(self, parent: str | None, nodes: dict[str, NodeAim], standing: list[Ref]) -> Family:
        if parent is None:
            return Family(standing, (), frozenset(), None)
        aims = [nodes[node.key] for node in self.below.get(parent, ()) if node.key in nodes]
        here = [aim for aim in aims if aim.parent == self._ref_of(parent)]
        before = [self._ref_of(node.key) for node in self.base_below.get(parent, ()) if node.key in self.nodes]
        return Family(
            standing=standing,
            wanted=[aim.ref for aim in here],
            held=frozenset(aim.ref for aim in here if Lock.PLACE in aim.node.locks),
            before=before if self.base else None,
        )

    # -- review and privacy

    def _aim_rules(self, nodes: dict[str, NodeAim], left: Iterable[PageState]) -> dict[Ref, Steps | None]:
        base_home = self.base.steps_of(None) if self.base else None
        rules: dict[Ref, Steps | None] = {
            self.state.home.id: self._settle_rule(self.state.home, self.content.steps_of(None), base_home)
        }
        for key, aim in nodes.items():
            wanted = self.content.steps_of(aim.node) if aim.node.workflow else None
            is_held = aim.page is None or Lock.REVIEW in aim.node.locks
            rules[aim.ref] = wanted if is_held else self._settle_rule(aim.page, wanted, self._base_rule(key))
        return rules | {page.id: self._settle_rule(page, None, self._base_rule(page.node_key)) for page in left}

    def _base_rule(self, key: str) -> Steps | None:
        before = self.base_nodes.get(key)
        return self.base.steps_of(before) if self.base and before and before.workflow else None

    def _settle_rule(self, page: PageState | None, wanted: Steps | None, before: Steps | None) -> Steps | None:
        own = self.state.rules.get(page.id) if page else None
        return wanted if own == before else own

    def _list_open(self, nodes: dict[str, NodeAim]) -> frozenset[int]:
        by_ref = {aim.ref: aim for aim in nodes.values()}
        found: set[int] = set()
        for aim in nodes.values():
            ref: Ref = aim.ref
            while Lock.EXISTENCE in aim.node.locks and ref not in found:
                if isinstance(ref, int):
                    found.add(ref)
                if ref == self.state.home.id:
                    break
                ref = by_ref[ref].parent if ref in by_ref else self._ref_of_page(self._parent_id(ref))
        return frozenset(found)


def _group(nodes: Iterable[Node]) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for node in nodes:
        found.setdefault(node.parent, []).append(node)
    return found
