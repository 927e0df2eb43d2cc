"""Plan: the exact difference between a site and a release, and what stands in the way. Pure; asks no database.

A node's key says which page it is, whatever became of its name, address or place. The changes are written as one new
tree (`applying`), so that slugs and places may be exchanged freely.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from blueprints.aiming import Aim, NodeAim, Steps, aim_at, fits_type
from blueprints.changes import Change, Detail, Flag, Obstacle, SitePlan
from blueprints.content import Content
from blueprints.ordering import Ref
from blueprints.planning_home import list_section_flags, name_page, plan_home
from blueprints.site_state import PageState, SiteState
from site_core.column_kinds import ColumnKind
from site_core.locks import LOCK_LABELS, Lock
from site_core.paths import PathReserved, check_slug
from site_core.roles import ROLE_LABELS

FIELD_LABELS = {
    "title": "名称",
    "slug": "网址",
    "kind": "栏目类别",
    "layout": "列表样式",
    "page_size": "每页条数",
    "update_days": "更新期限（天）",
    "description": "说明",
    "keywords": "关键词",
    "show_in_menus": "显示在导航",
}


def plan(state: SiteState, content: Content, base: Content | None) -> SitePlan:
    """What brings the site to the content, coming from that of the release it is on (None where it is on none)."""
    return _Planner(state, content, base).finish()


class _Planner:
    """Compares the state with the aim, page by page."""

    def __init__(self, state: SiteState, content: Content, base: Content | None) -> None:
        self.state, self.content, self.base = state, content, base
        self.aim: Aim = aim_at(state, content, base)
        self.by_ref = {aim.ref: aim for aim in self.aim.nodes.values()}
        self.known = {node.key for node in base.nodes} if base else set()

    def finish(self) -> SitePlan:
        return SitePlan(
            changes=tuple(self._list_changes()),
            obstacles=tuple(self._list_obstacles()),
            flags=tuple(self._list_flags()),
        )

    # -- changes

    def _list_changes(self) -> Iterator[Change]:
        for aim in self.aim.nodes.values():
            yield from self._make(aim) if aim.is_new or aim.page is None else self._compare(aim, aim.page)
        yield from self._list_reorders()
        yield from self._list_openings()
        for page in self.aim.retired:
            if page.locks:
                yield self._change("retire", page, ("锁定项", _show_locks(page.locks), ""))
        yield from self._list_removals()
        yield from self._list_rules()
        yield from plan_home(self.state, self.content)

    def _make(self, aim: NodeAim) -> Iterator[Change]:
        node, rule = aim.node, self.aim.rules[aim.ref]
        details = [(FIELD_LABELS[name], "", _show(name, value)) for name, value in aim.values.items() if value != ""]
        details.append(("锁定项", "", _show_locks(frozenset(node.locks))))
        if rule is not None:
            details.append(("审核流程", "", _show_steps(rule)))
        before = _name_type(aim.page.label) if aim.page else ""
        details.insert(0, ("页面类型", before, _name_type(node.page_type)))
        op, page_id = ("retype", aim.page.id) if aim.page else ("create", None)
        parent = self._title_of(aim.parent)
        yield Change(op, aim.values["title"], node.key, page_id, parent=parent, details=tuple(details))

    def _compare(self, aim: NodeAim, page: PageState) -> Iterator[Change]:
        locks = frozenset(aim.node.locks)
        if aim.node.key not in self.known:
            yield self._change("adopt", page, ("锁定项", _show_locks(page.locks), _show_locks(locks)))
        before = self._ref_of_parent(page)
        if aim.parent != before:
            yield self._change(
                "move", page, ("上级栏目", self._title_of(before), self._title_of(aim.parent)), is_far=True
            )
        yield from self._compare_values(aim, page)
        if locks != page.locks and aim.node.key in self.known:
            yield self._change("relock", page, ("锁定项", _show_locks(page.locks), _show_locks(locks)))

    def _compare_values(self, aim: NodeAim, page: PageState) -> Iterator[Change]:
        changed = {name: value for name, value in aim.values.items() if page.values.get(name, value) != value}
        rows = {
            name: (FIELD_LABELS[name], _show(name, page.values[name]), _show(name, changed[name])) for name in changed
        }
        if title := rows.pop("title", None):
            yield self._change("rename", page, title)
        if slug := rows.pop("slug", None):
            yield self._change("reslug", page, slug, is_far=True)
        if rows:
            yield self._change("change", page, *rows.values())

    def _list_reorders(self) -> Iterator[Change]:
        for parent, after in self.aim.children.items():
            if isinstance(parent, str):
                continue
            page, stand = self.state.by_id[parent], set(after)
            now = [self.aim.replaced.get(child.id, child.id) for child in self.state.children[parent]]
            old = [ref for ref in now if ref in stand and ref in self.by_ref]
            new = [ref for ref in after if ref in set(old)]
            if old != new:
                yield self._change("reorder", page, ("顺序", self._name_all(old), self._name_all(new)))

    def _list_openings(self) -> Iterator[Change]:
        must_be_live = {aim.ref for aim in self.aim.nodes.values() if Lock.EXISTENCE in aim.node.locks}
        must_be_live |= {self.state.home.id} & self.aim.open_pages
        for page in self.state.pages:
            is_bound = page.id in must_be_live
            if is_bound and not page.is_live:
                yield self._change("republish", page, ("公开状态", "已撤下", "公开"))
            if is_bound and page.expires:
                yield self._change("unexpire", page, ("到期下线", "已设定", ""))
            if page.is_restricted and page.id in self.aim.open_pages:
                yield self._change("open", page, ("访问限制", "已设定", ""))

    def _list_removals(self) -> Iterator[Change]:
        for page in self.aim.removed:
            if page.id not in self.aim.replaced:
                yield self._change("remove", page, ("网址", self.state.address_of(page.id), ""))

    def _list_rules(self) -> Iterator[Change]:
        for ref, steps in self.aim.rules.items():
            if isinstance(ref, str):
                continue  # told where the page is made
            old = self.state.rules.get(ref)
            if old != steps:
                yield self._change("rule", self.state.by_id[ref], ("审核流程", _show_steps(old), _show_steps(steps)))

    # -- what stands in the way

    def _list_obstacles(self) -> Iterator[Obstacle]:
        for aim in self.aim.nodes.values():
            if aim.page is not None and not aim.is_new and not fits_type(aim.page, aim.node):
                kinds = f"是“{_name_type(aim.page.label)}”，蓝图要求“{_name_type(aim.node.page_type)}”"
                yield self._stop("type", aim, f"“{aim.page.title}”{kinds}，而其中已有内容。请先把内容移到别处")
            elif not _may_hold(self._label_of(aim.parent), self._label_of(aim.ref)):
                above = f"“{self._title_of(aim.parent)}”（{_name_type(self._label_of(aim.parent))}）"
                yield self._stop("parent", aim, f"“{aim.values['title']}”不能放在{above}之下。请先把它移到其他栏目之下")
        for parent, children in self.aim.children.items():
            yield from self._list_clashes(parent, children)

    def _list_clashes(self, parent: Ref, children: list[Ref]) -> Iterator[Obstacle]:
        holders: dict[str, list[Ref]] = {}
        for child in children:
            holders.setdefault(self._slug_of(child), []).append(child)
        for slug, refs in holders.items():
            nodes = [self.by_ref[ref] for ref in refs if ref in self.by_ref]
            if nodes and len(refs) > 1:
                others = "、".join(f"“{self._title_of(ref)}”" for ref in refs if ref != nodes[0].ref)
                message = f"“{nodes[0].values['title']}”的网址“{slug}”已被同级页面{others}占用。请先改那个页面的网址，或把它移走"
                yield self._stop("slug", nodes[0], message)
            elif nodes and parent == self.state.home.id and _is_reserved(slug):
                message = f"“{nodes[0].values['title']}”的网址“{slug}”是系统保留的，不能直接放在首页之下。请先改网址"
                yield self._stop("slug", nodes[0], message)

    def _stop(self, kind: str, aim: NodeAim, message: str) -> Obstacle:
        page_id = aim.page.id if aim.page else None
        return Obstacle(kind, f"{message}。", aim.node.key, page_id, self._address_of(aim.ref))

    def _list_flags(self) -> Iterator[Flag]:
        for page in self.aim.retired:
            message = f"“{page.title}”已不在蓝图中，页面和其下的内容保留，由本站自行处理"
            yield Flag("retired", message, page.node_key, page.id, self.state.address_of(page.id))
        yield from list_section_flags(self.state, self.content)

    # -- words and looks into the tree

    def _change(self, op: str, page: PageState, *details: Detail, is_far: bool = False) -> Change:
        pages = self.state.count_below(page.id) if is_far else 0
        return Change(op, name_page(self.state, page.id), page.node_key, page.id, pages=pages, details=details)

    def _ref_of_parent(self, page: PageState) -> Ref:
        return self.aim.replaced.get(page.parent_id, page.parent_id)

    def _title_of(self, ref: Ref) -> str:
        return str(self.by_ref[ref].values["title"]) if ref in self.by_ref else name_page(self.state, int(ref))

    def _name_all(self, refs: list[Ref]) -> str:
        return "、".join(self._title_of(ref) for ref in refs)

    def _slug_of(self, ref: Ref) -> str:
        return str(self.by_ref[ref].values["slug"]) if ref in self.by_ref else self.state.by_id[int(ref)].slug

    def _label_of(self, ref: Ref) -> str:
        aim = self.by_ref.get(ref)
        return aim.node.page_type if aim and aim.is_new else self.state.by_id[int(ref)].label

    def _address_of(self, ref: Ref) -> str:
        steps = []
        while ref != self.state.home.id:
            steps.append(self._slug_of(ref))
            ref = self.aim.parents[ref]
        return "/" + "".join(f"{step}/" for step in reversed(steps))


@cache
def _may_hold(parent: str, child: str) -> bool:
    from django.apps import apps

    holder: Any = apps.get_model(parent)
    return apps.get_model(child) in holder.allowed_subpage_models()


@cache
def _name_type(label: str) -> str:
    from django.apps import apps

    return str(apps.get_model(label)._meta.verbose_name)


def _is_reserved(slug: str) -> bool:
    try:
        check_slug(slug)
    except PathReserved:
        return True
    return False


def _show(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    labels: Any = {}
    if name == "kind":
        labels = dict(ColumnKind.choices)
    elif name == "layout":
        from site_core.models import ColumnLayout

        labels = dict(ColumnLayout.choices)
    return str(labels.get(value, value))


def _show_locks(locks: frozenset[str]) -> str:
    return "、".join(label for lock, label in LOCK_LABELS.items() if lock in locks)


def _show_steps(steps: Steps | None) -> str:
    if steps is None:
        return "沿用上级"
    return "、".join(ROLE_LABELS.get(step, step) for step in steps) or "不经审核"
