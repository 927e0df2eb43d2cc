"""People in Wagtail's admin: rights on persons are rights on memberships, and nothing there edits persons.

Imported by `wagtail_hooks`, so that it is done before the admin answers its first request.
"""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.users.views.bulk_actions import AssignRoleBulkAction, DeleteBulkAction, SetActiveStateBulkAction

from accounts.models import User
from site_core.member_permissions import MemberPolicy

register_permission_policy(User, MemberPolicy())

# Wagtail registers them by itself. For no model at all they do not exist: their addresses are 404.
for action in (AssignRoleBulkAction, DeleteBulkAction, SetActiveStateBulkAction):
    action.models = []


@hooks.register("register_account_menu_item")
def link_own_sessions(request: HttpRequest) -> dict[str, Any]:
    """A way from the account screen to one's sessions."""
    return {
        "url": reverse("site_core_own_sessions"),
        "label": "我的登录会话",
        "help_text": "查看登录着本站后台的浏览器，并结束不认识的会话。",
    }
