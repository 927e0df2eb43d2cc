"""Rules for columns: keys, addresses, the tree, types of pages, locks."""

import re
from collections.abc import Iterator
from functools import cache

from django.apps import apps

from blueprints.content import Content, Node
from site_core.column_kinds import ColumnKind
from site_core.locks import LOCK_LABELS, Lock
from site_core.models import BasePage, ColumnLayout, HomePage
from site_core.paths import PathReserved, check_slug

from .limits import LARGEST_PAGE, LONGEST_TERM, MOST_LEVELS, SMALLEST_PAGE
from .problems import (
    CONTROL,
    KEY,
    At,
    Problem,
    Rule,
    check_length,
    list_nodes,
    list_repeated,
    list_unknown,
    list_workflow_choices,
    name_node,
)

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@cache
def list_page_types() -> dict[str, type[BasePage]]:
    """Page types that a node may have, by `app.Model`."""
    models = [model for model in apps.get_models() if issubclass(model, BasePage)]
    return {model._meta.label: model for model in models if model not in (BasePage, HomePage)}


def _check_keys(content: Content) -> Iterator[Problem]:
    """Keys are the identity of a page on all sites: plain, short, and each once."""
    seen: dict[str, Node] = {}
    for node, at in list_nodes(content):
        if not node.key:
            yield at("key", "没有填写标识（key），请填写，如 tzgg。")
        elif not KEY.fullmatch(node.key):
            yield at("key", "标识只能用小写字母开头的小写字母、数字、下划线和连字符，请改正。")
        elif len(node.key) > _longest("node_key"):
            yield at("key", f"标识不超过 {_longest('node_key')} 个字符，请改短。")
        elif node.key in seen:
            yield at("key", f"标识与“{seen[node.key].title}”重复，请给其中一个换标识。")
        seen.setdefault(node.key, node)


def _check_titles(content: Content) -> Iterator[Problem]:
    for node, at in list_nodes(content):
        if not node.title.strip():
            yield at("title", "没有名称，请填写。")
        yield from _check_line(node, at, "title", "名称")


def _check_texts(content: Content) -> Iterator[Problem]:
    for node, at in list_nodes(content):
        yield from _check_line(node, at, "keywords", "关键词")
        yield from check_length(node.description, at, "description", "栏目说明", _longest("summary"))
        if "\0" in node.description:
            yield at("description", "栏目说明中有不可见的控制字符，请删去。")


def _check_line(node: Node, at: At, field: str, label: str) -> Iterator[Problem]:
    text = getattr(node, field)
    if CONTROL.search(text):
        yield at(field, f"{label}中有换行或控制字符，请写成一行。")
    yield from check_length(text, at, field, label, _longest(field))


def _longest(field: str) -> int:
    return int(BasePage._meta.get_field(field).max_length)  # type: ignore[union-attr,arg-type] # all are text


def _check_slugs(content: Content) -> Iterator[Problem]:
    """An address that Wagtail takes, that nobody has, and that stays readable when it is read out on the telephone."""
    seen: dict[tuple[str, str], Node] = {}
    for node, at in list_nodes(content):
        if not _SLUG.fullmatch(node.slug):
            yield at("slug", f"网址“{node.slug}”只能用小写字母、数字和单个连字符，请改正，如 tzgg。")
            continue
        yield from check_length(node.slug, at, "slug", "网址", _longest("slug"))
        yield from _check_reserved(node, at)
        place = (node.parent, node.slug)
        if place in seen:
            yield at("slug", f"网址“{node.slug}”与同级的{name_node(seen[place])}相同，请改其一。")
        seen.setdefault(place, node)


def _check_reserved(node: Node, at: At) -> Iterator[Problem]:
    if node.parent:
        return
    try:
        check_slug(node.slug)
    except PathReserved as refusal:
        yield at("slug", str(refusal))


def _check_parents(content: Content) -> Iterator[Problem]:
    keys = {node.key for node in content.nodes}
    for node, at in list_nodes(content):
        if node.parent and node.parent not in keys:
            yield at("parent", f"上级栏目“{node.parent}”不在蓝图中，请改选上级或补上该栏目。")


def _check_circles(content: Content) -> Iterator[Problem]:
    by_key = _by_key(content)
    for circle in _list_circles({key: node.parent for key, (node, _) in by_key.items()}):
        _, at = by_key[circle[0]]
        names = " → ".join([*circle, circle[0]])
        yield at(
            "parent", f"上级成圈（{names}），请给其中一个改选上级。" if len(circle) > 1 else "上级是自己，请改选。"
        )


def _by_key(content: Content) -> dict[str, tuple[Node, At]]:
    """The first node of each key."""
    found: dict[str, tuple[Node, At]] = {}
    for node, at in list_nodes(content):
        if node.key:
            found.setdefault(node.key, (node, at))
    return found


def _list_circles(parents: dict[str, str]) -> list[list[str]]:
    circles: list[list[str]] = []
    done: set[str] = set()
    for start in parents:
        key = start
        path: dict[str, int] = {}
        while key in parents and key not in done and key not in path:
            path[key] = len(path)
            key = parents[key]
        if key in path:
            circles.append(list(path)[path[key] :])
        done.update(path)
    return circles


def _check_depth(content: Content) -> Iterator[Problem]:
    by_key = _by_key(content)
    for node, at in by_key.values():
        above, levels = node, 1
        while above.parent in by_key and levels <= MOST_LEVELS + 1:  # an end for circles, too
            above, levels = by_key[above.parent][0], levels + 1
        if levels == MOST_LEVELS + 1:
            yield at("parent", f"栏目不超过 {MOST_LEVELS} 层，请移到上面的栏目。")


def _check_page_types(content: Content) -> Iterator[Problem]:
    for node, at in list_nodes(content):
        if node.page_type not in list_page_types():
            known = "、".join(sorted(list_page_types()))
            yield at("page_type", f"没有页面类型“{node.page_type}”，请改为其中之一：{known}。")


def _check_holding(content: Content) -> Iterator[Problem]:
    """A node may stand where Wagtail lets an editor put such a page, and nowhere else."""
    by_key = _by_key(content)
    for node, at in list_nodes(content):
        child, above = page_type_of(node), by_key.get(node.parent)
        parent = HomePage if not node.parent else above and page_type_of(above[0])
        if child and parent and not _may_hold(parent, child):
            place = name_node(above[0]) if above else "首页"
            yield at("parent", f"{place}（{_label(parent)}）下不能放“{_label(child)}”，请改选上级或页面类型。")


def page_type_of(node: Node) -> type[BasePage] | None:
    """None for one that does not exist."""
    return list_page_types().get(node.page_type)


def _may_hold(parent: type[BasePage], child: type[BasePage]) -> bool:
    return child in parent.allowed_subpage_models() and parent in child.allowed_parent_page_models()


def _label(model: type[BasePage]) -> str:
    return str(model._meta.verbose_name)


def _check_looks(content: Content) -> Iterator[Problem]:
    for node, at in list_nodes(content):
        if node.kind not in ColumnKind.values:
            yield at("kind", f"没有栏目类别“{node.kind}”，请改为其中之一：{'、'.join(ColumnKind.values)}。")
        if node.layout not in ColumnLayout.values:
            yield at("layout", f"没有列表样式“{node.layout}”，请改为其中之一：{'、'.join(ColumnLayout.values)}。")


def _check_numbers(content: Content) -> Iterator[Problem]:
    for node, at in list_nodes(content):
        if not 0 <= node.update_days <= LONGEST_TERM:
            yield at("update_days", f"更新期限为 0 至 {LONGEST_TERM} 天，请改正。")
        if not SMALLEST_PAGE <= node.page_size <= LARGEST_PAGE:
            yield at("page_size", f"每页 {SMALLEST_PAGE} 至 {LARGEST_PAGE} 条，请改正。")


def _check_locks(content: Content) -> Iterator[Problem]:
    known = "、".join(f"{lock}（{LOCK_LABELS[lock]}）" for lock in Lock)
    for node, at in list_nodes(content):
        for lock in list_unknown(node.locks, list(Lock)):
            yield at("locks", f"没有锁定项“{lock}”，请改为其中之一：{known}。")
        for lock in list_repeated(node.locks):
            yield at("locks", f"锁定项“{lock}”写了两次，请删去一个。")


def _check_node_workflows(content: Content) -> Iterator[Problem]:
    known = {"", *list_workflow_choices(content)}
    for node, at in list_nodes(content):
        if node.workflow not in known:
            yield at(
                "workflow", f"没有审核流程“{node.workflow}”，请改选：{'、'.join(list_workflow_choices(content))}。"
            )


RULES: tuple[Rule, ...] = (
    *(_check_keys, _check_titles, _check_slugs, _check_parents, _check_circles, _check_depth),
    *(_check_page_types, _check_holding, _check_looks, _check_numbers, _check_texts, _check_locks),
    _check_node_workflows,
)
