"""The menu 微博 in a site's admin: each entry for those who may, the outbox with how much waits for a person."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from microblog import permissions
from microblog.screen_selectors import count_waiting
from microblog.screens import ACCOUNTS, OUTBOX, RULES, STATISTICS


class GuardedItem(MenuItem):
    """Shown to whom the policy allows it."""

    def __init__(self, label: str, url: str, allows: Callable[[Any], bool], **kwargs: Any) -> None:
        super().__init__(label, url, **kwargs)
        self.allows = allows

    def is_shown(self, request: HttpRequest) -> bool:
        """By role."""
        return self.allows(request.user)


class OutboxItem(GuardedItem):
    """With the number of what waits; the item is shared between requests, the number is not."""

    def render_component(self, request: HttpRequest) -> Any:
        """As Wagtail's own."""
        count = count_waiting()
        label = f"{self.label}（{count}）" if count else self.label
        return MenuItem(label, self.url, name=self.name, icon_name=self.icon_name, order=self.order).render_component(
            request
        )


def make_menu() -> MenuItem:
    """The menu with its entries."""
    items = [
        GuardedItem(
            "写微博",
            reverse("microblog_write"),
            permissions.user_can_write,
            name="micro-write",
            icon_name="edit",
            order=1,
        ),
        OutboxItem(
            "发送记录", reverse(OUTBOX), permissions.user_can_see_outbox, name="micro-outbox", icon_name="mail", order=2
        ),
        GuardedItem(
            "帐号",
            reverse(ACCOUNTS),
            permissions.user_can_manage_accounts,
            name="micro-accounts",
            icon_name="mobile-alt",
            order=3,
        ),
        GuardedItem(
            "自动成稿", reverse(RULES), permissions.user_can_manage_rules, name="micro-rules", icon_name="cogs", order=4
        ),
        GuardedItem(
            "传播数据",
            reverse(STATISTICS),
            permissions.user_can_see_statistics,
            name="micro-statistics",
            icon_name="view",
            order=5,
        ),
    ]
    return SubmenuMenuItem("微博", Menu(items=items), name="microblog", icon_name="mobile-alt", order=115)
