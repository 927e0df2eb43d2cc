"""What changed between two contents of a blueprint, in sentences for people. Pure; two releases, or a draft and a release."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.utils.text import Truncator

from blueprints.content import Content, Node, Section, Workflow
from blueprints.content_checks.columns import list_page_types
from blueprints.editing import name_workflow
from blueprints.planning import FIELD_LABELS
from site_core.locks import LOCK_LABELS
from site_core.models import ColumnLayout
from site_core.roles import ROLE_LABELS
from site_core.sections import list_sections
from tenants.models import Organisation
from themes.registry import find_palette, find_theme, theme_of_kind

NODES, HOME, LOOK, REVIEW, REQUIRED = "栏目", "首页版块", "外观", "审核流程", "必填信息"
ADDED, REMOVED, MOVED, CHANGED = "added", "removed", "moved", "changed"
MARKS = {ADDED: "新增", REMOVED: "删除", MOVED: "移动", CHANGED: "修改"}
EMPTY = "（空）"
_LONGEST_VALUE = 200


@dataclass(frozen=True)
class Difference:
    """One change: the part of the blueprint, what happened (`MARKS`), the sentence, and the node's key where it is about one.

    `details` are (field, before, after).
    """

    part: str
    mark: str
    sentence: str
    node: str = ""
    details: tuple[tuple[str, str, str], ...] = ()

    @property
    def label(self) -> str:
        """The mark, as people read it."""
        return MARKS[self.mark]


def list_differences(old: Content | None, new: Content) -> list[Difference]:
    """All changes from the old content to the new one; from nothing where there is none."""
    before = old or Content(new.kind, default_workflow=new.default_workflow, roles=new.roles)
    parts = (_compare_nodes, _compare_sections, _compare_look, _compare_review, _compare_required)
    return [each for compare in parts for each in compare(before, new)]


# --- columns -----------------------------------------------------------------------------------------------------------


def _compare_nodes(old: Content, new: Content) -> Iterator[Difference]:
    before, after = ({node.key: node for node in content.nodes} for content in (old, new))
    for node, _ in new.walk():
        if node.key not in before:
            place = f"在{_name_parent(new, node)}之下"
            yield _node(ADDED, node, f"新增{_name(node)}，{place}", _describe(node, new))
        else:
            yield from _compare_node(before[node.key], node, old, new)
    for node, _ in old.walk():
        if node.key not in after:
            yield _node(REMOVED, node, f"删除{_name(node)}，原在{_name_parent(old, node)}之下")
    yield from _compare_orders(old, new)


def _node(mark: str, node: Node, sentence: str, details: Sequence[tuple[str, str, str]] = ()) -> Difference:
    return Difference(NODES, mark, sentence, node.key, tuple(details))


def _name(node: Node) -> str:
    return f"‘{node.title}’（{node.key}）"


def _name_parent(content: Content, node: Node) -> str:
    parent = content.find_node(node.parent) if node.parent else None
    return f"‘{parent.title}’" if parent else "首页"


def _compare_node(old: Node, new: Node, before: Content, after: Content) -> Iterator[Difference]:
    if old.parent != new.parent:
        way = f"{_name_parent(before, old)}之下 → {_name_parent(after, new)}之下"
        yield _node(MOVED, new, f"移动{_name(new)}：{way}")
    if old.title != new.title:
        yield _node(CHANGED, new, f"改名称：‘{old.title}’ → ‘{new.title}’（{new.key}）")
    if old.slug != new.slug:
        yield _node(CHANGED, new, f"改网址：{_name(new)}，{old.slug} → {new.slug}")
    if set(old.locks) != set(new.locks):
        locks = ("锁定项", _show_locks(old.locks), _show_locks(new.locks))
        yield _node(CHANGED, new, f"改锁定项：{_name(new)}", [locks])
    if old.workflow != new.workflow:
        names = ("审核流程", _show_workflow(before, old.workflow), _show_workflow(after, new.workflow))
        yield _node(CHANGED, new, f"改审核流程：{_name(new)}", [names])
    if rows := list(_compare_fields(old, new)):
        yield _node(CHANGED, new, f"修改{_name(new)}", rows)


_TOLD_APART = frozenset({"key", "parent", "title", "slug", "locks", "workflow"})
LABELS = {**FIELD_LABELS, "page_type": "页面类型"}


def _compare_fields(old: Node, new: Node) -> Iterator[tuple[str, str, str]]:
    for name in (each.name for each in fields(Node) if each.name not in _TOLD_APART):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield LABELS[name], show_field(name, before), show_field(name, after)


def _describe(node: Node, content: Content) -> list[tuple[str, str, str]]:
    names = ("slug", "page_type", "kind", "layout", "update_days")
    rows = [(LABELS[name], "", show_field(name, getattr(node, name))) for name in names]
    workflow = ("审核流程", "", _show_workflow(content, node.workflow))
    return [*rows, ("锁定项", "", _show_locks(node.locks)), workflow]


def show_field(name: str, value: Any) -> str:
    """The value of a node's field as people read it."""
    if name == "page_type":
        return name_page_type(value)
    if name == "layout":
        return str(dict(ColumnLayout.choices).get(value, value))
    if name == "update_days":
        return f"{value} 天" if value else "不要求"
    return _show(value)


def name_page_type(label: str) -> str:
    """The page type's Chinese name; the label itself where there is no such type."""
    model = list_page_types().get(label)
    return str(model._meta.verbose_name) if model else label


def _show_locks(locks: Sequence[str]) -> str:
    return "、".join(label for lock, label in LOCK_LABELS.items() if lock in locks) or "不锁定"


def _show_workflow(content: Content, key: str) -> str:
    return name_workflow(content, key) if key else "按上级"


def _compare_orders(old: Content, new: Content) -> Iterator[Difference]:
    """Which siblings changed places: the fewest whose moves make the new order out of the old one."""
    for parent in ("", *(node.key for node, _ in new.walk())):
        before, after = ([node.key for node in content.list_children(parent)] for content in (old, new))
        common = [key for key in after if key in before]
        for key in _list_moved([key for key in before if key in after], common):
            node = new.find_node(key)
            if node is not None:
                yield _node(MOVED, node, f"调整顺序：{_name(node)}移到{_tell_place(new, common, key)}")


def _tell_place(content: Content, order: Sequence[str], key: str) -> str:
    place = order.index(key)
    if place == 0:
        return "最前"
    previous = content.find_node(order[place - 1])
    return f"‘{previous.title}’之后" if previous else "最前"


def _list_moved(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Members of the new order that are not on a longest run which both orders share."""
    rank = {key: place for place, key in enumerate(old)}
    staying = set(_longest_rise([rank[key] for key in new]))
    return [key for key in new if rank[key] not in staying]


def _longest_rise(numbers: Sequence[int]) -> list[int]:
    """A longest rising subsequence."""
    ends: list[int] = []
    runs: list[list[int]] = []
    for number in numbers:
        place = bisect_left(ends, number)
        run = [*(runs[place - 1] if place else []), number]
        ends[place : place + 1] = [number]
        runs[place : place + 1] = [run]
    return runs[-1] if runs else []


# --- home page ---------------------------------------------------------------------------------------------------------


def _compare_sections(old: Content, new: Content) -> Iterator[Difference]:
    before, after = ({each.key: each for each in content.sections} for content in (old, new))
    for section in new.sections:
        if section.key not in before:
            yield Difference(HOME, ADDED, f"新增版块‘{name_section(section.key)}’（{_need(section)}）")
        else:
            yield from _compare_section(before[section.key], section)
    for section in old.sections:
        if section.key not in after:
            yield Difference(HOME, REMOVED, f"删除版块‘{name_section(section.key)}’")
    yield from _compare_section_order(list(before), list(after))
    if old.sections_fixed != new.sections_fixed:
        yield Difference(HOME, CHANGED, f"版块顺序：{_fixed(old)} → {_fixed(new)}")


def _compare_section(old: Section, new: Section) -> Iterator[Difference]:
    name = name_section(new.key)
    if old.required != new.required:
        yield Difference(HOME, CHANGED, f"版块‘{name}’：{_need(old)} → {_need(new)}")
    if old.value != new.value:
        labels = _label_values(new.key)
        names = [*new.value, *(each for each in old.value if each not in new.value)]
        rows = [
            (labels.get(each, each), _show(old.value.get(each)), _show(new.value.get(each)))
            for each in names
            if old.value.get(each) != new.value.get(each)
        ]
        yield Difference(HOME, CHANGED, f"修改版块‘{name}’的初始内容", details=tuple(rows))


def _label_values(key: str) -> dict[str, str]:
    block = dict(list_sections()).get(key)
    return {name: str(child.label) for name, child in getattr(block, "child_blocks", {}).items()}


def _compare_section_order(old: Sequence[str], new: Sequence[str]) -> Iterator[Difference]:
    common = [key for key in new if key in old]
    for key in _list_moved([key for key in old if key in new], common):
        place = common.index(key)
        where = f"‘{name_section(common[place - 1])}’之后" if place else "最前"
        yield Difference(HOME, MOVED, f"调整顺序：版块‘{name_section(key)}’移到{where}")


def name_section(key: str) -> str:
    """The section's label in the registry; its key where it is not there."""
    block = dict(list_sections()).get(key)
    return str(block.label) if block else key


def _need(section: Section) -> str:
    return "必备" if section.required else "可选"


def _fixed(content: Content) -> str:
    return "固定" if content.sections_fixed else "由网站调整"


# --- look, review, required fields -------------------------------------------------------------------------------------


def _compare_look(old: Content, new: Content) -> Iterator[Difference]:
    if old.theme != new.theme:
        yield Difference(LOOK, CHANGED, f"主题：{name_theme(old)} → {name_theme(new)}")
    if old.palettes != new.palettes:
        yield Difference(LOOK, CHANGED, f"可选配色：{name_palettes(old)} → {name_palettes(new)}")


def name_theme(content: Content) -> str:
    """The theme as people know it."""
    if not content.theme:
        return "该类网站的主题"
    theme = find_theme(content.theme)
    return theme.label if theme else content.theme


def name_palettes(content: Content) -> str:
    """The palettes that sites may choose from, by name."""
    theme = (find_theme(content.theme) if content.theme else None) or theme_of_kind(content.kind)
    found = [(key, find_palette(theme, key) if theme else None) for key in content.palettes]
    labels = [
        f"{palette.label} {palette.brand}" if key.startswith("c-") else palette.label
        for key, palette in found
        if palette
    ]
    return "、".join(labels) or "主题的全部配色"


def _compare_review(old: Content, new: Content) -> Iterator[Difference]:
    before, after = ({each.key: each for each in content.workflows} for content in (old, new))
    for key, workflow in after.items():
        if key not in before:
            yield Difference(REVIEW, ADDED, f"新增审核流程‘{workflow.label}’：{show_steps(workflow)}")
        elif before[key] != workflow:
            change = f"{_tell_workflow(before[key])} → {_tell_workflow(workflow)}"
            yield Difference(REVIEW, CHANGED, f"修改审核流程：{change}")
    for key, workflow in before.items():
        if key not in after:
            yield Difference(REVIEW, REMOVED, f"删除审核流程‘{workflow.label}’")
    if old.default_workflow != new.default_workflow:
        names = [name_workflow(each, each.default_workflow) for each in (old, new)]
        yield Difference(REVIEW, CHANGED, f"默认审核流程：{names[0]} → {names[1]}")
    if old.roles != new.roles:
        yield Difference(REVIEW, CHANGED, f"角色：{_name_roles(old.roles)} → {_name_roles(new.roles)}")


def _tell_workflow(workflow: Workflow) -> str:
    return f"{workflow.label}（{show_steps(workflow)}）"


def show_steps(workflow: Workflow) -> str:
    """The steps of the workflow, in order."""
    return _name_roles(workflow.steps)


def _name_roles(roles: Sequence[str]) -> str:
    return "、".join(ROLE_LABELS.get(role, role) for role in roles) or EMPTY


def _compare_required(old: Content, new: Content) -> Iterator[Difference]:
    before, after = ((*content.identifiers, *content.contacts) for content in (old, new))
    if added := [name_detail(each) for each in after if each not in before]:
        yield Difference(REQUIRED, ADDED, f"新增必填：{'、'.join(added)}")
    if removed := [name_detail(each) for each in before if each not in after]:
        yield Difference(REQUIRED, REMOVED, f"不再必填：{'、'.join(removed)}")


def name_detail(name: str) -> str:
    """The field of a site's details, by its label."""
    return str(Organisation._meta.get_field(name).verbose_name)  # type: ignore[union-attr] # plain fields


def _show(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return Truncator("；".join(map(_show, value)) or EMPTY).chars(_LONGEST_VALUE)
    if isinstance(value, dict):
        return Truncator(" ".join(_show(each) for each in value.values() if each) or EMPTY).chars(_LONGEST_VALUE)
    return Truncator(str(value)).chars(_LONGEST_VALUE) if value not in (None, "") else EMPTY
