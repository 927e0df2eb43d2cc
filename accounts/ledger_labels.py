"""What the ledger's actions and details are called on screens. Upper floors add their own words by registry."""

from collections.abc import Mapping

_actions: dict[str, str] = {}
_details: dict[str, str] = {}


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
