"""What the centre changes in search: its word lists, what it recommends, what readers are offered. All for the whole cluster.

Each change is written to the platform's chain; one that the analyser reads holds from the next search on.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.ledger import PLATFORM_CHAIN, record
from accounts.ledger_labels import register_action_labels, register_detail_labels
from search import counting
from search.catalogue_words import touch_vocabulary
from search.console_rules import RULES, Rules, WordRow, check_clashes, check_row
from search.models import Abbreviation, BestBet, HotQuery, JudicialWord, Synonym, VocabularyVersion

Row = TypeVar("Row", Synonym, Abbreviation, JudicialWord, BestBet)

_LABELS = {"synonym": "同义词", "abbreviation": "法律简称", "word": "专业词", "best_bet": "推荐结果"}
_VERBS = {"added": "添加", "changed": "修改", "switched": "启用或停用", "removed": "删除"}
register_action_labels(
    {f"search.{key}_{verb}": f"{say}{label}" for key, label in _LABELS.items() for verb, say in _VERBS.items()}
)
register_action_labels(
    {
        "search.synonyms_imported": "导入同义词",
        "search.hot_approved": "同意显示热门搜索",
        "search.hot_refused": "不显示热门搜索",
        "search.hot_proposed": "从统计中提取热门搜索",
    }
)
register_detail_labels(
    {
        "words": "说法",
        "terms": "查找",
        "direction": "方向",
        "short": "法律简称",
        "full": "法律全称",
        "word": "词",
        "title": "标题",
        "url": "网址",
        "summary": "摘要说明",
        "is_active": "启用",
        "rank": "排序",
    }
)


def add_row(row: Row, *, acting_user: Any) -> Row:
    """Add a synonym, abbreviation, word or best bet. Raises ValidationError by field."""
    rules = RULES[type(row)]
    with transaction.atomic():
        lock_lists()
        check_row(row)
        row.save()
        record(f"search.{rules.key}_added", row, acting_user, _describe(row), chain=PLATFORM_CHAIN)
        _announce(rules)
    return row


def change_row(row: Row, values: Mapping[str, Any], *, acting_user: Any) -> bool:
    """Change those of the row's fields that `values` names; returns whether anything changed. Raises ValidationError by field."""
    rules = RULES[type(row)]
    with transaction.atomic():
        lock_lists()
        row = _read_again(row)
        before = _describe(row)
        for name in rules.fields:
            setattr(row, name, values.get(name, getattr(row, name)))
        check_row(row)
        after = _describe(row)
        changed = [name for name in rules.fields if before[name] != after[name]]
        if changed:
            row.save()
            detail = {"from": {name: before[name] for name in changed}, "to": {name: after[name] for name in changed}}
            record(f"search.{rules.key}_changed", row, acting_user, detail, chain=PLATFORM_CHAIN)
            _announce(rules)
    return bool(changed)


def switch_row(row: Row, *, is_active: bool, acting_user: Any) -> bool:
    """Let the row hold, or not; returns whether that changed. Raises ValidationError by field."""
    rules = RULES[type(row)]
    with transaction.atomic():
        lock_lists()
        row = _read_again(row)
        if row.is_active == is_active:
            return False
        row.is_active = is_active
        if is_active:
            check_clashes(row)
        row.save()
        record(f"search.{rules.key}_switched", row, acting_user, {"is_active": is_active}, chain=PLATFORM_CHAIN)
        _announce(rules)
    return True


def remove_row(row: WordRow, *, acting_user: Any) -> None:
    """Remove the row for good; the ledger keeps what it said. Raises ValidationError."""
    rules = RULES[type(row)]
    with transaction.atomic():
        lock_lists()
        row = _read_again(row)
        record(f"search.{rules.key}_removed", row, acting_user, _describe(row), chain=PLATFORM_CHAIN)
        row.delete()
        _announce(rules)


def lock_lists() -> None:
    """One change at a time: what was compared with the other rows still holds when it is written."""
    VocabularyVersion.objects.get_or_create(pk=1)
    VocabularyVersion.objects.select_for_update().get(pk=1)


def _read_again(row: Any) -> Any:
    found = type(row)._default_manager.filter(pk=row.pk).first()
    if found is None:
        raise ValidationError("这一条已被他人删除。")
    return found


def _describe(row: WordRow) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in RULES[type(row)].fields}
    if isinstance(row, Synonym):
        values["direction"] = str(row.get_direction_display())
    return values


def _announce(rules: "Rules") -> None:
    if rules.is_analysed:
        touch_vocabulary()


@transaction.atomic
def approve_hot_query(row: HotQuery, *, rank: int, acting_user: Any) -> None:
    """Offer the query to readers, at that place. Raises ValidationError for what may be somebody's own."""
    if not counting.normalise_query(row.query):
        raise ValidationError("这个词过长、过短或含有号码，不能向公众显示。")
    changed = HotQuery.objects.filter(pk=row.pk).exclude(is_approved=True, is_refused=False, rank=rank)
    if changed.update(is_approved=True, is_refused=False, rank=rank):
        record("search.hot_approved", row, acting_user, {"rank": rank}, chain=PLATFORM_CHAIN)


@transaction.atomic
def refuse_hot_query(row: HotQuery, *, acting_user: Any) -> None:
    """Do not offer the query; it is kept, so that it is not proposed again."""
    if HotQuery.objects.filter(pk=row.pk, is_refused=False).update(is_approved=False, is_refused=True):
        record("search.hot_refused", row, acting_user, chain=PLATFORM_CHAIN)


@transaction.atomic
def propose_hot_queries(*, acting_user: Any) -> int:
    """Put what was asked for most among those to be reviewed; returns how many are new."""
    count = counting.propose_hot_queries()
    if count:
        record("search.hot_proposed", None, acting_user, {"rows": count}, chain=PLATFORM_CHAIN)
    return count
