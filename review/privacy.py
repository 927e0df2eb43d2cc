"""A change of who may read a page, as it waits for approval.

`{"type": none | login | groups | password, "groups": [ids], "password": text}`, the last two where the type wants them.
"""

from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from wagtail.models import Page, PageViewRestriction

TYPES = {
    PageViewRestriction.NONE: "公开",
    PageViewRestriction.LOGIN: "仅登录人员",
    PageViewRestriction.GROUPS: "仅指定角色",
    PageViewRestriction.PASSWORD: "凭密码",
}


def check(request: dict[str, Any]) -> None:
    """Raises ValidationError for a request that cannot be carried out."""
    kind = request.get("type")
    if kind not in TYPES:
        raise ValidationError("请选择可见范围。")
    if kind == PageViewRestriction.PASSWORD and not request.get("password"):
        raise ValidationError("请填写密码。")
    if kind == PageViewRestriction.GROUPS and not Group.objects.filter(pk__in=request.get("groups") or []).exists():
        raise ValidationError("请选择角色。")


def apply(page: Page, request: dict[str, Any], user: Any) -> None:
    """Write the page's own restriction as asked for."""
    for each in PageViewRestriction.objects.filter(page_id=page.pk):
        each.delete(user=user)
    if request["type"] == PageViewRestriction.NONE:
        return
    restriction = PageViewRestriction(page=page, restriction_type=request["type"], password=request.get("password", ""))
    restriction.save(user=user)
    restriction.groups.set(Group.objects.filter(pk__in=request.get("groups") or []))


def without_secret(request: dict[str, Any]) -> dict[str, Any]:
    """The request for the record, without its password."""
    return {key: value for key, value in request.items() if key != "password"}


def describe(request: dict[str, Any]) -> str:
    """The request in words."""
    if request.get("type") == PageViewRestriction.GROUPS:
        from site_core.roles import ROLE_LABELS

        names = Group.objects.filter(pk__in=request.get("groups") or []).values_list("name", flat=True)
        return f"仅指定角色：{'、'.join(ROLE_LABELS.get(name, name) for name in names)}"
    return TYPES.get(request.get("type", ""), "")
