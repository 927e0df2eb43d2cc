"""Drafts and releases: saved when they can be, released with a number and a signature, and never changed after that."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import ledger
from accounts.ledger_labels import register_action_labels, register_detail_labels
from blueprints.content import Content, from_dict, to_canonical_json, to_dict
from blueprints.content_checks import list_problems
from blueprints.content_checks.problems import Problem
from blueprints.models import Blueprint, Release
from blueprints.selectors import find_latest_release
from blueprints.shipped import read_shipped
from blueprints.signing import is_genuine, sign
from tenants.current import outside_of_sites

register_action_labels(
    {
        "blueprint.saved": "修改蓝图草稿",
        "blueprint.released": "发布蓝图版本",
        "rollout.planned": "计划推行蓝图",
        "rollout.started": "开始推行蓝图",
        "rollout.stopped": "停止推行蓝图",
        "rollout.done": "完成推行蓝图",
        "release.applied": "应用蓝图版本",
    }
)
register_detail_labels(
    {"release": "版本", "digest": "内容校验值", "sites": "网站", "canaries": "试点", "changes": "变更数"}
)
SHIPPED_NOTE = "随系统提供的蓝图"


class BlueprintRefused(ValueError):
    """A blueprint that cannot be, or cannot be saved now; `problems` name the places."""

    def __init__(self, message: str, problems: list[Problem] | None = None) -> None:
        super().__init__(message)
        self.problems = problems or []


class DraftOutdated(BlueprintRefused):
    """Somebody else saved the draft meanwhile."""


@outside_of_sites
@transaction.atomic
def save_draft(kind: str, content: Content, *, version: int | None, acting_user: Any) -> Blueprint:
    """Let the draft say this. `version` is that of the draft that was edited. Raises BlueprintRefused, DraftOutdated."""
    problems = list_problems(content)
    if content.kind != kind:
        problems.append(Problem("蓝图", "网站类别与所编辑的蓝图不符。"))
    if problems:
        raise BlueprintRefused("；".join(f"{each.where}：{each.message}" for each in problems[:3]), problems)
    blueprint = Blueprint.objects.select_for_update().filter(kind=kind).first() or Blueprint(kind=kind, version=0)
    if version is not None and version != blueprint.version:
        raise DraftOutdated("草稿在您打开之后已被他人修改，请重新打开后再改。")
    blueprint.draft, blueprint.changed_by = to_dict(content), acting_user
    blueprint.version += 1
    blueprint.save()
    ledger.record("blueprint.saved", blueprint, acting_user, {"version": blueprint.version})
    return blueprint


@outside_of_sites
@transaction.atomic
def release_draft(kind: str, note: str, *, acting_user: Any, version: int | None = None) -> Release:
    """Make a release of the draft. Raises BlueprintRefused: no note, nothing new, or a draft that cannot be.

    `version` is that of the draft that was looked at, where one was. Raises DraftOutdated.
    """
    blueprint = Blueprint.objects.select_for_update().get(kind=kind)
    if version is not None and version != blueprint.version:
        raise DraftOutdated("草稿在您查看之后又有修改，没有发布。请核对差异后再发布。")
    content = blueprint.content
    if not note.strip():
        raise BlueprintRefused("请写明这一版改了什么，供各网站了解。")
    if problems := list_problems(content):
        raise BlueprintRefused("；".join(f"{each.where}：{each.message}" for each in problems[:3]), problems)
    latest = find_latest_release(kind)
    canonical = to_canonical_json(content)
    if latest is not None and latest.digest == _digest(canonical):
        raise BlueprintRefused(f"草稿与第 {latest.number} 版相同，没有可发布的修改。")
    release = Release(
        blueprint=blueprint,
        number=latest.number + 1 if latest else 1,
        data=to_dict(content),
        digest=_digest(canonical),
        note=note.strip(),
        released_by=acting_user,
        released_by_name=str(acting_user) if acting_user else "",
        released_at=timezone.now(),
    )
    release.signature = sign(_payload(release, canonical))
    release.save()
    detail = {"release": release.number, "digest": release.digest[:16], "note": release.note}
    ledger.record("blueprint.released", release, acting_user, detail)
    return release


def verify_release(release: Release) -> bool:
    """Whether the release is what was signed: content, number, who, when, note."""
    canonical = to_canonical_json(from_dict(release.data))
    return release.digest == _digest(canonical) and is_genuine(_payload(release, canonical), release.signature)


def _digest(canonical: str) -> str:
    return hashlib.sha256(canonical.encode()).hexdigest()


def _payload(release: Release, canonical: str) -> str:
    head = (
        release.blueprint.kind,
        str(release.number),
        _utc(release.released_at),
        release.released_by_name,
        release.note,
    )
    return "\n".join((*head, canonical))


def _utc(moment: datetime) -> str:
    return moment.astimezone(timezone.get_fixed_timezone(0)).isoformat()


def ensure_release(kind: str) -> Release:
    """The newest release for the kind; where there is none, the shipped blueprint is released first."""
    return find_latest_release(kind) or _release_shipped(kind)


@outside_of_sites
@transaction.atomic
def _release_shipped(kind: str) -> Release:
    content = read_shipped(kind)
    # Whoever comes second waits here, and then finds the release.
    Blueprint.objects.bulk_create([Blueprint(kind=kind, draft=to_dict(content))], ignore_conflicts=True)
    Blueprint.objects.select_for_update().get(kind=kind)
    return find_latest_release(kind) or release_draft(kind, SHIPPED_NOTE, acting_user=None)
