"""Signing in, failing to, and signing out: into the ledger of the site where it happened."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from .ledger import record
from .ledger_labels import register_action_labels

register_action_labels(
    {
        "account.created": "建立账号",
        "account.deactivated": "停用账号",
        "account.reactivated": "启用账号",
        "account.role_granted": "授予平台角色",
        "account.role_revoked": "取消平台角色",
        "account.name_changed": "修改姓名",
        "account.email_changed": "修改电子邮箱",
        "account.email_change_requested": "申请修改电子邮箱",
        "account.password_reset": "重置密码",
        "account.password_reset_requested": "申请找回密码",
        "account.login": "登录",
        "account.login_failed": "登录失败",
        "account.logout": "退出登录",
        "member.added": "增加网站成员",
        "visit.link_created": "生成进入网站的链接",
        "visit.entered": "中心人员进入网站",
        "visit.refused": "进入网站被拒绝",
        "visit.ended": "中心人员访问结束",
    }
)


def connect() -> None:
    """Listen to Django's signals; called once, when the app is ready."""
    user_logged_in.connect(on_logged_in)
    user_login_failed.connect(on_login_failed)
    user_logged_out.connect(on_logged_out)


def on_logged_in(sender: Any, user: Any, **kwargs: Any) -> None:
    """A session of the person has begun."""
    record("account.login", user, user)


def on_login_failed(sender: Any, credentials: dict[str, Any], **kwargs: Any) -> None:
    """Nobody was let in; the name is kept as it was typed, whether or not there is such a person."""
    record("account.login_failed", detail={"username": str(credentials.get("username", ""))[:60]})


def on_logged_out(sender: Any, user: Any, **kwargs: Any) -> None:
    """A session has ended, by its owner or because it had to."""
    if user is not None:
        record("account.logout", user, user)
