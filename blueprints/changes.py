"""What a plan says: changes, what stands in the way, what somebody should know. Values with Chinese sentences, and JSON."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

Detail = tuple[str, str, str]
"""(name of the field, before, after), as people read them."""


@dataclass(frozen=True)
class Change:
    """One thing that an apply does. `node` is a node's key or '' (the home page, the look); `page_id` None for a new page.

    `parent` is the title of the page above, `pages` the number of pages below that get another address with it.
    """

    op: str
    title: str
    node: str = ""
    page_id: int | None = None
    parent: str = ""
    pages: int = 0
    details: tuple[Detail, ...] = ()

    def describe(self) -> str:
        """A sentence for a central administrator."""
        return _SENTENCES[self.op](self)

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self) | {"details": [list(detail) for detail in self.details]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Change":
        """What `to_json` gave."""
        return cls(**{**data, "details": tuple((name, old, new) for name, old, new in data["details"])})


@dataclass(frozen=True)
class Notice:
    """What is to be known of a page: its title, its address on the site, and the sentence."""

    kind: str
    message: str
    node: str = ""
    page_id: int | None = None
    address: str = ""

    def describe(self) -> str:
        """The sentence, with the address."""
        return f"{self.message}（{self.address}）" if self.address else self.message

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Any:
        """What `to_json` gave."""
        return cls(**data)


@dataclass(frozen=True)
class Obstacle(Notice):
    """What keeps a release from a site until somebody removes it: `slug`, `type` or `parent`."""


@dataclass(frozen=True)
class Flag(Notice):
    """What a release leaves alone and somebody should look at: `retired` or `section`."""


@dataclass(frozen=True)
class SitePlan:
    """All that an apply would do on a site, in an order in which it can be read; nothing is done while there are obstacles."""

    changes: tuple[Change, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    flags: tuple[Flag, ...] = ()

    @property
    def is_in_step(self) -> bool:
        """Whether nothing is to be done, and nothing stands in the way."""
        return not self.changes and not self.obstacles

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            name: [each.to_json() for each in getattr(self, name)]  # one list each
            for name in ("changes", "obstacles", "flags")
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "SitePlan":
        """What `to_json` gave."""
        return cls(
            changes=tuple(Change.from_json(row) for row in data["changes"]),
            obstacles=tuple(Obstacle.from_json(row) for row in data["obstacles"]),
            flags=tuple(Flag.from_json(row) for row in data["flags"]),
        )


def _list_details(change: Change) -> str:
    return "；".join(f"{name}：{old or '（空）'} → {new or '（空）'}" for name, old, new in change.details)


def _name(change: Change) -> str:
    return f"‘{change.title}’（{change.node}）" if change.node else f"‘{change.title}’"


def _along(change: Change) -> str:
    return f"（其下 {change.pages} 个页面的网址随之改变）" if change.pages else ""


def _before(change: Change) -> str:
    return change.details[0][1]


def _after(change: Change) -> str:
    return change.details[0][2]


_SENTENCES: dict[str, Callable[[Change], str]] = {
    "create": lambda c: f"新建{_after(c)}{_name(c)}，位于‘{c.parent}’之下",
    "adopt": lambda c: f"纳入蓝图：已有的{_name(c)}，内容保持不变",
    "retype": lambda c: f"更换页面类型：{_name(c)}，{_before(c)} → {_after(c)}（原页面没有内容）",
    "move": lambda c: f"移动{_name(c)}：‘{_before(c)}’之下 → ‘{_after(c)}’之下{_along(c)}",
    "reorder": lambda c: f"调整‘{c.title}’之下的顺序：{_before(c)} → {_after(c)}",
    "rename": lambda c: f"改名称：‘{_before(c)}’ → ‘{_after(c)}’",
    "reslug": lambda c: f"改网址：{_before(c)} → {_after(c)}{_along(c)}",
    "change": lambda c: f"修改{_name(c)}：{_list_details(c)}",
    "relock": lambda c: f"改锁定项：{_name(c)}，{_before(c) or '不锁定'} → {_after(c) or '不锁定'}",
    "republish": lambda c: f"恢复公开：{_name(c)}已被撤下",
    "open": lambda c: f"取消访问限制：{_name(c)}",
    "unexpire": lambda c: f"取消到期下线：{_name(c)}",
    "remove": lambda c: f"删除{_name(c)}：已不在蓝图中，其下没有内容",
    "retire": lambda c: f"解除锁定：{_name(c)}已不在蓝图中，其下有内容，页面保留",
    "rule": lambda c: f"改审核流程：{_name(c)}，{_before(c)} → {_after(c)}",
    "sections": lambda c: f"调整首页版块：{_before(c) or '（无）'} → {_after(c)}",
    "section_rules": lambda c: f"改首页版块规则：{_list_details(c)}",
    "retheme": lambda c: f"改外观：{_list_details(c)}",
}
