"""What the ledger's actions and details are called on screens. Upper floors add their own words by registry."""

from collections.abc import Iterator, Mapping
from typing import Any

from tenants.kinds import SiteKind, SiteState

_actions: dict[str, str] = {}
_details: dict[str, str] = {}
_VALUES = {**dict(SiteKind.choices), **dict(SiteState.choices)}


def register_action_labels(labels: Mapping[str, str]) -> None:
    """Name actions, as `{"page.published": "发布页面"}`. An action that has a name already is refused."""
    _register(_actions, labels)


def register_detail_labels(labels: Mapping[str, str]) -> None:
    """Name keys of details, as `{"notice": "说明"}`. A key that has a name already is refused."""
    _register(_details, labels)


def _register(known: dict[str, str], labels: Mapping[str, str]) -> None:
    taken = sorted(set(known) & set(labels))
    if taken:
        raise ValueError(f"named already in the ledger's labels: {', '.join(taken)}")
    known.update(labels)


def label_action(action: str) -> str:
    """Its name for people; an unknown action as it was written."""
    return _actions.get(action, action)


def label_detail(key: str) -> str:
    """Name of a key in the details; an unknown key as it was written."""
    return _details.get(key, key)


def describe_detail(detail: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(name, value) of all that the details hold, in words; what lies deeper is named by its whole path."""
    return list(_describe("", detail))


def _describe(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for key, each in value.items():
            name = label_detail(str(key))
            yield from _describe(f"{path} · {name}" if path else name, each)
    elif isinstance(value, list) and any(isinstance(each, Mapping | list) for each in value):
        for number, each in enumerate(value, 1):
            yield from _describe(f"{path} {number}", each)
    elif path:
        yield path, _say(value)


def _say(value: Any) -> str:
    if value in (None, "", [], {}):
        return "（无）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_say(each) for each in value)
    return f"{_VALUES[value]}（{value}）" if value in _VALUES else str(value)


def list_action_choices() -> list[tuple[str, str]]:
    """(action, name) of all that have names, in order of their keys, which keeps what belongs together together."""
    return sorted(_actions.items())


register_action_labels(
    {
        "site.create": "建立网站",
        "site.state": "更改网站状态",
        "site.archive": "归档网站",
        "site.host": "更改域名",
        "site.details": "更改网站信息",
        "account.locked_out": "登录失败过多被锁定",
        "account.password_changed": "修改密码",
        "ledger.verified": "校验账册",
        "ledger.downloaded": "下载账册",
    }
)
register_detail_labels(
    {
        "from": "原为",
        "to": "改为",
        "notice": "说明",
        "kind": "类别",
        "hosts": "域名",
        "added": "增加",
        "removed": "移除",
        "primary": "主域名",
        "reason": "理由",
        "username": "登录名",
        "email": "电子邮箱",
        "role": "角色",
        "roles": "角色",
        "chain": "账册",
        "faults": "问题数",
        "filters": "筛选条件",
        "rows": "条数",
        "q": "搜索",
        "action": "操作",
        "person": "人员",
        "at_from": "起始日期",
        "at_to": "截止日期",
        "url_path": "页面路径",
        "revision": "修订号",
        "public_at": "发布时间",
        "first_published_at": "首次发布时间",
        "name": "全称",
        "short_name": "简称",
        "place": "地名",
        "region_code": "行政区划代码",
        "site_id_code": "网站标识码",
        "icp_number": "ICP 备案号",
        "police_number": "公安备案号",
        "contact_unit": "联系单位",
        "contact_address": "联系地址",
        "contact_phone": "联系电话",
        "contact_email": "联系邮箱",
    }
)
