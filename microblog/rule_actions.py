"""Writes to the rules that make posts of articles."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.ledger import record
from accounts.ledger_labels import register_action_labels, register_detail_labels
from microblog.models import ComposeRule
from microblog.permissions import user_can_manage_rules

register_action_labels(
    {
        "microblog.rule_added": "添加自动成稿规则",
        "microblog.rule_changed": "修改自动成稿规则",
        "microblog.rule_removed": "删除自动成稿规则",
    }
)
register_detail_labels(
    {
        "columns": "栏目",
        "template": "文字模板",
        "longest": "最长字数",
        "with_cover": "带封面图片",
        "mode": "方式",
        "accounts": "发往",
    }
)
_LISTS = ("columns", "accounts")
_FIELDS = ("name", "template", "longest", "with_cover", "mode", "is_active")


@transaction.atomic
def save_rule(rule: ComposeRule, values: Mapping[str, Any], *, acting_user: Any) -> ComposeRule:
    """Add the rule, or change it; `values` has all fields, `columns` and `accounts` as lists. Raises ValidationError by field."""
    _authorise(acting_user)
    is_new = rule.pk is None
    row = rule if is_new else ComposeRule.objects.select_for_update().get(pk=rule.pk)
    before = None if is_new else _describe(row)
    for name in _FIELDS:
        setattr(row, name, values[name])
    row.full_clean()
    row.save()
    for name in _LISTS:
        getattr(row, name).set(values[name])
    after = _describe(row)
    if is_new:
        record("microblog.rule_added", row, acting_user, after)
    elif before is not None and before != after:
        changed = [name for name in after if before[name] != after[name]]
        detail = {"from": {name: before[name] for name in changed}, "to": {name: after[name] for name in changed}}
        record("microblog.rule_changed", row, acting_user, detail)
    return row


@transaction.atomic
def remove_rule(rule: ComposeRule, *, acting_user: Any) -> None:
    """Remove the rule; posts that it made stay."""
    _authorise(acting_user)
    row = ComposeRule.objects.select_for_update().get(pk=rule.pk)
    record("microblog.rule_removed", row, acting_user, _describe(row))
    row.delete()


def _describe(rule: ComposeRule) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(rule, name) for name in _FIELDS}
    values["mode"] = rule.get_mode_display()
    return values | {name: [str(each) for each in getattr(rule, name).order_by("pk")] for name in _LISTS}


def _authorise(acting_user: Any) -> None:
    if not user_can_manage_rules(acting_user):
        raise PermissionDenied
