"""What a blueprint cannot be: every problem of a content at once, each with the column it stands at and what to do.

Each rule is a function of its own. Rules see only values of the right type; what is of the wrong type is a problem
already. Nothing here asks the database.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING, dataclass, fields, replace
from functools import cache
from typing import Any, get_origin, get_type_hints

from django.apps import apps

from blueprints.content import DIRECT, Content, Node, Section, Workflow
from blueprints.section_checks import list_value_problems
from site_core.column_kinds import ColumnKind
from site_core.locks import LOCK_LABELS, Lock
from site_core.models import BasePage, ColumnLayout, HomePage
from site_core.paths import PathReserved, check_slug
from site_core.roles import ROLE_LABELS
from site_core.sections import list_section_keys
from tenants.kinds import SiteKind
from themes.palettes import CUSTOM, derive_palette
from themes.registry import Theme, find_theme, palettes_of, theme_of_kind

IDENTIFIERS = ("region_code", "site_id_code", "icp_number", "police_number")
CONTACTS = ("contact_unit", "contact_address", "contact_phone", "contact_email")
REVIEWERS = tuple(key for key in ROLE_LABELS if key.startswith("reviewer_"))
MOST_STEPS = 3
MOST_LEVELS = 10
"""Columns below each other; Wagtail's tree ends at 63."""
LONGEST_TERM = 3650
SMALLEST_PAGE, LARGEST_PAGE = 5, 100
"""Limits of `ColumnPage.clean`."""
LONGEST_LABEL = 30

_KEY = re.compile(r"[a-z][a-z0-9_-]*")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


@dataclass(frozen=True)
class Problem:
    """One thing that must be mended. `where` and `message` are for people.

    `node` is a node's key and `field` a field of it; where no node can be named, `field` is a path into the content:
    `theme`, `nodes.3.key`, `sections.0.value.services.1.title`, `workflows.2.steps`.
    """

    where: str
    message: str
    node: str = ""
    field: str = ""


def list_problems(content: Content) -> list[Problem]:
    """All that is wrong with the content, whatever `from_dict` made of it; [] for a blueprint that can be released."""
    wrong = list(_check_types(content))
    known = {(problem.node, problem.field) for problem in wrong}
    plain = _with_right_types(content)
    found = [problem for rule in RULES for problem in rule(plain)]
    return [*wrong, *(each for each in found if (each.node, each.field) not in known)]


@cache
def list_page_types() -> dict[str, type[BasePage]]:
    """Page types that a node may have, by `app.Model`."""
    models = [model for model in apps.get_models() if issubclass(model, BasePage)]
    return {model._meta.label: model for model in models if model not in (BasePage, HomePage)}


# --- types ---------------------------------------------------------------------------------------------------------

_TYPE_WORDS = {str: "文字", int: "整数", bool: "是或否（true、false）", dict: "一组“名称 = 值”"}


_HINTS: dict[type, dict[str, Any]] = {each: get_type_hints(each) for each in (Content, Node, Section, Workflow)}


def hints_of(row_type: type) -> dict[str, Any]:
    """Type of each field of the content, or of its nodes, sections, workflows."""
    return _HINTS[row_type]


def fits(value: Any, hint: Any) -> bool:
    """Whether the value has the type that a field is declared with; a list does for a tuple."""
    if get_origin(hint) is tuple:
        return isinstance(value, tuple | list) and all(isinstance(each, str) for each in value)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, get_origin(hint) or hint)


def tell_type(hint: Any) -> str:
    """The declared type, in words."""
    origin = get_origin(hint) or hint
    return "文字的列表" if origin is tuple else _TYPE_WORDS[origin]


def _check_types(content: Content) -> Iterator[Problem]:
    for name in _wrong_fields(content):
        yield _problem(content, name, f"“{name}”应为{tell_type(hints_of(Content)[name])}，请改正。")
    for row, at in _rows(content):
        for name in _wrong_fields(row):
            yield at(name, f"“{name}”应为{tell_type(hints_of(type(row))[name])}，请改正。")


def _wrong_fields(row: Any) -> list[str]:
    hints = hints_of(type(row))
    plain = [each.name for each in fields(row) if each.name not in _ROWS]
    return [name for name in plain if not fits(getattr(row, name), hints[name])]


def _with_right_types(content: Content) -> Content:
    rows = {name: tuple(_mended(row) for row in getattr(content, name)) for name in _ROWS}
    return replace(_mended(content), **rows)


def _mended(row: Any) -> Any:
    """The row, with defaults in place of what is of the wrong type, so that rules need not ask."""
    return replace(row, **{name: _default_of(row, name) for name in _wrong_fields(row)})


def _default_of(row: Any, name: str) -> Any:
    found = next(each for each in fields(row) if each.name == name)
    if found.default is not MISSING:
        return found.default
    hint = hints_of(type(row))[name]
    return (get_origin(hint) or hint)()


# --- naming where a problem is -----------------------------------------------------------------------------------------

_ROWS = ("nodes", "sections", "workflows")
At = Callable[[str, str], Problem]
"""Makes the problem of a row from the name of its field and a message."""


def _problem(content: Content, field: str, message: str) -> Problem:
    kind = content.kind if isinstance(content.kind, str) else ""
    label = dict(SiteKind.choices).get(kind, kind)
    return Problem(f"蓝图（{label}）" if label else "蓝图", message, field=field)


def _rows(content: Content) -> Iterator[tuple[Any, At]]:
    yield from _nodes(content)
    yield from _sections(content)
    yield from _workflows(content)


def _nodes(content: Content) -> Iterator[tuple[Node, At]]:
    for index, node in enumerate(content.nodes):
        yield node, _at_node(index, node)


def _at_node(index: int, node: Node) -> At:
    key = node.key if isinstance(node.key, str) else ""
    where = name_node(node) if key else f"第 {index + 1} 个栏目"
    return lambda field, message: Problem(where, message, key, field if key else f"nodes.{index}.{field}")


def name_node(node: Node) -> str:
    """The node as problems name it: “栏目 tzgg（通知公告）”."""
    return f"栏目 {node.key}（{node.title}）" if node.title else f"栏目 {node.key}"


def _sections(content: Content) -> Iterator[tuple[Section, At]]:
    for index, section in enumerate(content.sections):
        yield section, _at_row("sections", index, f"首页第 {index + 1} 个版块 {section.key or ''}".rstrip())


def _workflows(content: Content) -> Iterator[tuple[Workflow, At]]:
    for index, workflow in enumerate(content.workflows):
        where = f"审核流程 {workflow.key}（{workflow.label}）" if workflow.key else f"第 {index + 1} 个审核流程"
        yield workflow, _at_row("workflows", index, where)


def _at_row(table: str, index: int, where: str) -> At:
    return lambda field, message: Problem(where, message, field=f"{table}.{index}.{field}")


# --- columns -----------------------------------------------------------------------------------------------------------


def _check_keys(content: Content) -> Iterator[Problem]:
    """Keys are the identity of a page on all sites: plain, short, and each once."""
    seen: dict[str, Node] = {}
    for node, at in _nodes(content):
        if not node.key:
            yield at("key", "没有填写标识（key），请填写，如 tzgg。")
        elif not _KEY.fullmatch(node.key):
            yield at("key", "标识只能用小写字母开头的小写字母、数字、下划线和连字符，请改正。")
        elif len(node.key) > _longest("node_key"):
            yield at("key", f"标识不超过 {_longest('node_key')} 个字符，请改短。")
        elif node.key in seen:
            yield at("key", f"标识与“{seen[node.key].title}”重复，请给其中一个换标识。")
        seen.setdefault(node.key, node)


def _check_titles(content: Content) -> Iterator[Problem]:
    for node, at in _nodes(content):
        if not node.title.strip():
            yield at("title", "没有名称，请填写。")
        yield from _check_line(node, at, "title", "名称")


def _check_texts(content: Content) -> Iterator[Problem]:
    for node, at in _nodes(content):
        yield from _check_line(node, at, "keywords", "关键词")
        yield from _check_length(node.description, at, "description", "栏目说明", _longest("summary"))
        if "\0" in node.description:
            yield at("description", "栏目说明中有不可见的控制字符，请删去。")


def _check_line(node: Node, at: At, field: str, label: str) -> Iterator[Problem]:
    text = getattr(node, field)
    if _CONTROL.search(text):
        yield at(field, f"{label}中有换行或控制字符，请写成一行。")
    yield from _check_length(text, at, field, label, _longest(field))


def _check_length(text: str, at: At, field: str, label: str, most: int) -> Iterator[Problem]:
    if len(text) > most:
        yield at(field, f"{label}有 {len(text)} 个字符，不超过 {most} 个，请改短。")


def _longest(field: str) -> int:
    return int(BasePage._meta.get_field(field).max_length)  # type: ignore[union-attr,arg-type] # all are text


def _check_slugs(content: Content) -> Iterator[Problem]:
    """An address that Wagtail takes, that nobody has, and that stays readable when it is read out on the telephone."""
    seen: dict[tuple[str, str], Node] = {}
    for node, at in _nodes(content):
        if not _SLUG.fullmatch(node.slug):
            yield at("slug", f"网址“{node.slug}”只能用小写字母、数字和单个连字符，请改正，如 tzgg。")
            continue
        yield from _check_length(node.slug, at, "slug", "网址", _longest("slug"))
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
    for node, at in _nodes(content):
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
    for node, at in _nodes(content):
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
    for node, at in _nodes(content):
        if node.page_type not in list_page_types():
            known = "、".join(sorted(list_page_types()))
            yield at("page_type", f"没有页面类型“{node.page_type}”，请改为其中之一：{known}。")


def _check_holding(content: Content) -> Iterator[Problem]:
    """A node may stand where Wagtail lets an editor put such a page, and nowhere else."""
    by_key = _by_key(content)
    for node, at in _nodes(content):
        child, above = _page_type(node), by_key.get(node.parent)
        parent = HomePage if not node.parent else above and _page_type(above[0])
        if child and parent and not _may_hold(parent, child):
            place = name_node(above[0]) if above else "首页"
            yield at("parent", f"{place}（{_label(parent)}）下不能放“{_label(child)}”，请改选上级或页面类型。")


def _page_type(node: Node) -> type[BasePage] | None:
    return list_page_types().get(node.page_type)


def _may_hold(parent: type[BasePage], child: type[BasePage]) -> bool:
    return child in parent.allowed_subpage_models() and parent in child.allowed_parent_page_models()


def _label(model: type[BasePage]) -> str:
    return str(model._meta.verbose_name)


def _check_looks(content: Content) -> Iterator[Problem]:
    for node, at in _nodes(content):
        if node.kind not in ColumnKind.values:
            yield at("kind", f"没有栏目类别“{node.kind}”，请改为其中之一：{'、'.join(ColumnKind.values)}。")
        if node.layout not in ColumnLayout.values:
            yield at("layout", f"没有列表样式“{node.layout}”，请改为其中之一：{'、'.join(ColumnLayout.values)}。")


def _check_numbers(content: Content) -> Iterator[Problem]:
    for node, at in _nodes(content):
        if not 0 <= node.update_days <= LONGEST_TERM:
            yield at("update_days", f"更新期限为 0 至 {LONGEST_TERM} 天，请改正。")
        if not SMALLEST_PAGE <= node.page_size <= LARGEST_PAGE:
            yield at("page_size", f"每页 {SMALLEST_PAGE} 至 {LARGEST_PAGE} 条，请改正。")


def _check_locks(content: Content) -> Iterator[Problem]:
    known = "、".join(f"{lock}（{LOCK_LABELS[lock]}）" for lock in Lock)
    for node, at in _nodes(content):
        for lock in _list_unknown(node.locks, list(Lock)):
            yield at("locks", f"没有锁定项“{lock}”，请改为其中之一：{known}。")
        for lock in _list_repeated(node.locks):
            yield at("locks", f"锁定项“{lock}”写了两次，请删去一个。")


def _list_unknown(values: Iterable[str], known: Iterable[str]) -> list[str]:
    allowed = set(known)
    return [value for value in values if value not in allowed]


def _list_repeated(values: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [value for value in values if value in seen or seen.add(value)]  # type: ignore[func-returns-value] # the idiom


def _check_node_workflows(content: Content) -> Iterator[Problem]:
    known = {"", *_list_choices(content)}
    for node, at in _nodes(content):
        if node.workflow not in known:
            yield at("workflow", f"没有审核流程“{node.workflow}”，请改选：{'、'.join(_list_choices(content))}。")


# --- home page ---------------------------------------------------------------------------------------------------------


def _check_section_keys(content: Content) -> Iterator[Problem]:
    known, seen = list_section_keys(), set()
    for section, at in _sections(content):
        if section.key not in known:
            yield at("key", f"没有版块“{section.key}”，请改为其中之一：{'、'.join(known)}。")
        elif section.key in seen:
            yield at("key", f"版块“{section.key}”写了两次，请删去一个。")
        seen.add(section.key)


def _check_section_values(content: Content) -> Iterator[Problem]:
    """An optional section without a value is one that a site may add and fill in itself."""
    models = {node.key: model for node in content.nodes if (model := _page_type(node))}
    for section, at in _sections(content):
        if section.key in list_section_keys() and (section.required or section.value):
            for path, message in list_value_problems(section.key, section.value, models):
                yield at(".".join(["value", *map(str, path)]), message)


# --- review ------------------------------------------------------------------------------------------------------------


def _check_workflow_keys(content: Content) -> Iterator[Problem]:
    seen: set[str] = set()
    for workflow, at in _workflows(content):
        if workflow.key == DIRECT:
            yield at("key", f"“{DIRECT}”是“不经审核”，不能另作流程的标识，请换一个。")
        elif not _KEY.fullmatch(workflow.key):
            yield at("key", "标识只能用小写字母开头的小写字母、数字、下划线和连字符，请改正。")
        elif workflow.key in seen:
            yield at("key", f"标识“{workflow.key}”重复，请给其中一个换标识。")
        seen.add(workflow.key)


def _check_workflow_labels(content: Content) -> Iterator[Problem]:
    for workflow, at in _workflows(content):
        if not workflow.label.strip():
            yield at("label", "没有名称，请填写，如 三审三校。")
        elif _CONTROL.search(workflow.label):
            yield at("label", "名称中有换行或控制字符，请写成一行。")
        yield from _check_length(workflow.label, at, "label", "名称", LONGEST_LABEL)


def _check_step_counts(content: Content) -> Iterator[Problem]:
    for workflow, at in _workflows(content):
        if not workflow.steps:
            yield at("steps", f"没有审核人，请写 1 至 {MOST_STEPS} 步；不经审核的请选 {DIRECT}。")
        if len(workflow.steps) > MOST_STEPS:
            yield at("steps", f"有 {len(workflow.steps)} 步，不超过 {MOST_STEPS} 步，请删减。")


def _check_step_roles(content: Content) -> Iterator[Problem]:
    """Each step is another reviewing role, and one that sites of this kind have."""
    for workflow, at in _workflows(content):
        for role in _list_unknown(workflow.steps, REVIEWERS):
            yield at("steps", f"“{role}”不是审核角色，请改为其中之一：{'、'.join(REVIEWERS)}。")
        for role in _list_unknown(workflow.steps, {*content.roles, *_list_unknown(workflow.steps, REVIEWERS)}):
            yield at("steps", f"角色“{role}”不在蓝图的角色（roles）中，请加入或改选。")
        for role in _list_repeated(workflow.steps):
            yield at("steps", f"角色“{role}”出现两次：一人不能审两次，请改选。")


def _check_default_workflow(content: Content) -> Iterator[Problem]:
    if content.default_workflow not in _list_choices(content):
        choices = "、".join(_list_choices(content))
        yield _problem(
            content, "default_workflow", f"没有审核流程“{content.default_workflow}”，默认流程请改选：{choices}。"
        )


def _list_choices(content: Content) -> list[str]:
    return [DIRECT, *(workflow.key for workflow in content.workflows)]


# --- the whole ---------------------------------------------------------------------------------------------------------


def _check_kind(content: Content) -> Iterator[Problem]:
    if content.kind not in SiteKind.values:
        yield _problem(content, "kind", f"没有网站类别“{content.kind}”，请改为其中之一：{'、'.join(SiteKind.values)}。")


def _check_theme(content: Content) -> Iterator[Problem]:
    if content.theme and find_theme(content.theme) is None:
        yield _problem(content, "theme", f"没有主题“{content.theme}”，请改选；留空为该类网站的主题。")


def _check_palettes(content: Content) -> Iterator[Problem]:
    theme = find_theme(content.theme) if content.theme else theme_of_kind(content.kind)
    for key in content.palettes:
        if fault := _find_palette_fault(key, theme):
            yield _problem(content, "palettes", fault)
    for key in _list_repeated(content.palettes):
        yield _problem(content, "palettes", f"配色“{key}”写了两次，请删去一个。")


def _find_palette_fault(key: str, theme: Theme | None) -> str:
    """What is wrong with the palette; '' for nothing. A theme's own palettes were measured when it was loaded."""
    if key.startswith(CUSTOM):
        return _find_colour_fault(key)
    if theme is None or key in palettes_of(theme):
        return ""
    known = "、".join(palettes_of(theme))
    return f"主题“{theme.label}”没有配色“{key}”，请改为：{known}，或自定主色（如 c-20456b）。"


def _find_colour_fault(key: str) -> str:
    try:
        palette = derive_palette(f"#{key.removeprefix(CUSTOM)}")
    except ValueError as fault:
        return f"配色“{key}”不能用，请换一种颜色：{fault}"
    return "" if palette.key == key else f"配色“{key}”请写作“{palette.key}”。"


def _check_roles(content: Content) -> Iterator[Problem]:
    yield from _check_names(content, "roles", "角色", tuple(ROLE_LABELS))


def _check_identifiers(content: Content) -> Iterator[Problem]:
    yield from _check_names(content, "identifiers", "标识", IDENTIFIERS)


def _check_contacts(content: Content) -> Iterator[Problem]:
    yield from _check_names(content, "contacts", "联系方式", CONTACTS)


def _check_names(content: Content, field: str, label: str, known: tuple[str, ...]) -> Iterator[Problem]:
    for name in _list_unknown(getattr(content, field), known):
        yield _problem(content, field, f"没有{label}“{name}”，请改为其中之一：{'、'.join(known)}。")
    for name in _list_repeated(getattr(content, field)):
        yield _problem(content, field, f"{label}“{name}”写了两次，请删去一个。")


RULES: tuple[Callable[[Content], Iterator[Problem]], ...] = (
    *(_check_kind, _check_theme, _check_palettes, _check_roles, _check_identifiers, _check_contacts),
    *(_check_keys, _check_titles, _check_slugs, _check_parents, _check_circles, _check_depth),
    *(_check_page_types, _check_holding, _check_looks, _check_numbers, _check_texts, _check_locks),
    _check_node_workflows,
    *(_check_section_keys, _check_section_values),
    *(_check_workflow_keys, _check_workflow_labels, _check_step_counts, _check_step_roles, _check_default_workflow),
)
