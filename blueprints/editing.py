"""Edits of a blueprint: each takes a content and returns another. Pure; whether the result can be is asked at save.

Nodes stand in the order of the tree, parents first, whatever is edited. Keys are identities on all sites: they are given
once and never changed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from blueprints.content import DIRECT, NODE_REFERENCE, Content, Node, Section, Workflow

LAST = 10**6
"""A position behind all others."""


class EditRefused(ValueError):
    """An edit that makes no sense; the text is for people, `field` the field of the form that it is about."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


# --- columns -----------------------------------------------------------------------------------------------------------


def in_tree_order(content: Content) -> Content:
    """The same with its nodes in the order of the tree; what hangs in no tree stands at the end, so that nothing is lost."""
    walked = [node for node, _ in content.walk()]
    rest = [node for node in content.nodes if not any(node is each for each in walked)]
    return replace(content, nodes=(*walked, *rest))


def propose_key(content: Content, parent: str, slug: str) -> str:
    """A key for a new node, from its parent's and its slug: `xxgk_zcwj`; with a number where that is taken."""
    stem = "_".join(part for part in (parent, slug) if part)
    taken = {node.key for node in content.nodes}
    candidates = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
    return next(each for each in candidates if each not in taken)


def add_node(content: Content, node: Node, *, after: str = "") -> Content:
    """With another node below its parent, behind the sibling `after` or as the last. Raises EditRefused."""
    if content.find_node(node.key) is not None:
        raise EditRefused(f"标识“{node.key}”已经有了，请换一个。", "key")
    _check_parent(content, node.parent)
    siblings = [each.key for each in content.list_children(node.parent)]
    position = siblings.index(after) + 1 if after in siblings else LAST
    return _insert(content, node, position)


def change_node(content: Content, key: str, /, **values: Any) -> Content:
    """With other values of a node; under another parent it becomes the last. Raises EditRefused."""
    node = get_node(content, key)
    if values.get("key", key) != key:
        raise EditRefused("标识建立后不能更改：各网站凭它认出栏目。", "key")
    changed = replace(node, **values)
    if changed.parent != node.parent:
        moved = place_node(content, key, changed.parent)
        return change_node(moved, key, **values)
    return replace(content, nodes=tuple(changed if each.key == key else each for each in content.nodes))


def remove_node(content: Content, key: str, *, with_children: bool = False) -> Content:
    """Without the node, and without all below it where that is said. Raises EditRefused."""
    get_node(content, key)
    below = list_below(content, key)
    if below and not with_children:
        raise EditRefused(f"其下还有 {len(below)} 个栏目，请先移走或一并删除。")
    gone = {key, *(node.key for node in below)}
    return replace(content, nodes=tuple(node for node in content.nodes if node.key not in gone))


def place_node(content: Content, key: str, parent: str, position: int = LAST) -> Content:
    """With the node, and all below it, under that parent at that position among its other children. Raises EditRefused."""
    node = get_node(content, key)
    _check_parent(content, parent)
    if parent == key or any(each.key == parent for each in list_below(content, key)):
        raise EditRefused("栏目不能移到自己之下。", "parent")
    others = replace(content, nodes=tuple(each for each in content.nodes if each.key != key))
    return _insert(others, replace(node, parent=parent), position)


def raise_node(content: Content, key: str) -> Content:
    """One place up among its siblings. Raises EditRefused."""
    node, place, _ = _find_place(content, key)
    if place == 0:
        raise EditRefused("已经是同级的第一个。")
    return place_node(content, key, node.parent, place - 1)


def lower_node(content: Content, key: str) -> Content:
    """One place down among its siblings. Raises EditRefused."""
    node, place, siblings = _find_place(content, key)
    if place == len(siblings) - 1:
        raise EditRefused("已经是同级的最后一个。")
    return place_node(content, key, node.parent, place + 1)


def indent_node(content: Content, key: str) -> Content:
    """Below the sibling before it, as the last. Raises EditRefused."""
    _, place, siblings = _find_place(content, key)
    if place == 0:
        raise EditRefused("前面没有同级的栏目可以移入。")
    return place_node(content, key, siblings[place - 1])


def outdent_node(content: Content, key: str) -> Content:
    """Out of its parent, and right behind it. Raises EditRefused."""
    node = get_node(content, key)
    if not node.parent:
        raise EditRefused("已经在首页之下，不能再移出。")
    above, place, _ = _find_place(content, node.parent)
    return place_node(content, key, above.parent, place + 1)


MOVES: dict[str, Callable[[Content, str], Content]] = {
    "up": raise_node,
    "down": lower_node,
    "in": indent_node,
    "out": outdent_node,
}


def get_node(content: Content, key: str) -> Node:
    """The node. Raises EditRefused."""
    node = content.find_node(key)
    if node is None:
        raise EditRefused(f"没有栏目“{key}”，可能已被他人删除。")
    return node


def list_below(content: Content, key: str) -> list[Node]:
    """All nodes below the one with that key, in the order of the tree."""
    found: list[Node] = []
    for node in content.list_children(key):
        found += [node, *list_below(content, node.key)]
    return found


def list_users(content: Content, keys: Iterable[str]) -> list[Section]:
    """Sections of the home page that name one of the nodes."""
    references = {NODE_REFERENCE + key for key in keys}
    return [section for section in content.sections if references & _list_texts(section.value)]


def _list_texts(value: Any) -> set[str]:
    if isinstance(value, str):
        return {value}
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return set().union(*map(_list_texts, inner))


def _check_parent(content: Content, parent: str) -> None:
    if parent and content.find_node(parent) is None:
        raise EditRefused(f"没有上级栏目“{parent}”，可能已被他人删除。", "parent")


def _find_place(content: Content, key: str) -> tuple[Node, int, list[str]]:
    """The node, its place among its siblings, and their keys."""
    node = get_node(content, key)
    siblings = [each.key for each in content.list_children(node.parent)]
    return node, siblings.index(key), siblings


def _insert(content: Content, node: Node, position: int) -> Content:
    """With the node at that position among the children of its parent."""
    siblings = content.list_children(node.parent)
    rest = siblings[max(0, position) :]
    at = content.nodes.index(rest[0]) if rest else len(content.nodes)
    return in_tree_order(replace(content, nodes=(*content.nodes[:at], node, *content.nodes[at:])))


# --- home page ---------------------------------------------------------------------------------------------------------


def add_section(content: Content, section: Section) -> Content:
    """With another section, the last. Raises EditRefused."""
    if find_section(content, section.key) is not None:
        raise EditRefused("首页已经有这个版块。", "key")
    return replace(content, sections=(*content.sections, section))


def change_section(content: Content, key: str, /, **values: Any) -> Content:
    """With another value of the section, or required or not. Raises EditRefused."""
    changed = replace(_get_section(content, key), **values)
    return replace(content, sections=tuple(changed if each.key == key else each for each in content.sections))


def remove_section(content: Content, key: str) -> Content:
    """Without the section. Raises EditRefused."""
    _get_section(content, key)
    return replace(content, sections=tuple(each for each in content.sections if each.key != key))


def place_section(content: Content, key: str, position: int) -> Content:
    """With the section at that position among the others. Raises EditRefused."""
    section = _get_section(content, key)
    return replace(content, sections=_put(content.sections, section, position))


def move_section(content: Content, key: str, direction: str) -> Content:
    """One place `up` or `down`. Raises EditRefused."""
    place = content.sections.index(_get_section(content, key))
    position = place + {"up": -1, "down": 1}.get(direction, 0)
    if not 0 <= position < len(content.sections):
        raise EditRefused("已经是第一个。" if position < 0 else "已经是最后一个。")
    return place_section(content, key, position)


def fix_sections(content: Content, is_fixed: bool) -> Content:
    """With an order of sections that sites may change, or not."""
    return replace(content, sections_fixed=is_fixed)


def find_section(content: Content, key: str) -> Section | None:
    """The section of that key."""
    return next((each for each in content.sections if each.key == key), None)


def _get_section(content: Content, key: str) -> Section:
    section = find_section(content, key)
    if section is None:
        raise EditRefused(f"首页没有版块“{key}”，可能已被他人删除。")
    return section


def _put(rows: Sequence[Any], row: Any, position: int) -> tuple[Any, ...]:
    others = [each for each in rows if each is not row]
    others.insert(max(0, position), row)
    return tuple(others)


# --- review ------------------------------------------------------------------------------------------------------------


def add_workflow(content: Content, workflow: Workflow) -> Content:
    """With another workflow, the last. Raises EditRefused."""
    if content.find_workflow(workflow.key) is not None:
        raise EditRefused(f"标识“{workflow.key}”已经有了，请换一个。", "key")
    return replace(content, workflows=(*content.workflows, workflow))


def change_workflow(content: Content, key: str, /, **values: Any) -> Content:
    """With another label or other steps of the workflow. Raises EditRefused."""
    if values.get("key", key) != key:
        raise EditRefused("标识建立后不能更改。", "key")
    changed = replace(_get_workflow(content, key), **values)
    return replace(content, workflows=tuple(changed if each.key == key else each for each in content.workflows))


def remove_workflow(content: Content, key: str) -> Content:
    """Without the workflow. Raises EditRefused where a node or the whole blueprint uses it."""
    _get_workflow(content, key)
    users = list_nodes_with(content, key)
    if users:
        names = "、".join(node.title for node in users[:5])
        more = f"等 {len(users)} 个栏目" if len(users) > 5 else ""
        raise EditRefused(f"{names}{more}还在用这个流程，请先改选。")
    if content.default_workflow == key:
        raise EditRefused("这是默认流程，请先把默认流程改为别的。")
    return replace(content, workflows=tuple(each for each in content.workflows if each.key != key))


def list_nodes_with(content: Content, workflow: str) -> list[Node]:
    """Nodes that name the workflow."""
    return [node for node in content.nodes if node.workflow == workflow]


def name_workflow(content: Content, key: str) -> str:
    """The workflow as people know it."""
    found = content.find_workflow(key)
    return "不经审核" if key == DIRECT else found.label if found else key


def set_review(content: Content, *, default: str, roles: Sequence[str]) -> Content:
    """With another workflow for what names none, and other roles."""
    return replace(content, default_workflow=default, roles=tuple(roles))


def _get_workflow(content: Content, key: str) -> Workflow:
    workflow = content.find_workflow(key)
    if workflow is None:
        raise EditRefused(f"没有审核流程“{key}”，可能已被他人删除。")
    return workflow


# --- look and required fields ------------------------------------------------------------------------------------------


def set_look(content: Content, *, theme: str, palettes: Sequence[str]) -> Content:
    """With another theme, and the palettes that sites may choose from."""
    return replace(content, theme=theme, palettes=tuple(palettes))


def require_fields(content: Content, *, identifiers: Sequence[str], contacts: Sequence[str]) -> Content:
    """With other fields that sites must fill in."""
    return replace(content, identifiers=tuple(identifiers), contacts=tuple(contacts))
