"""The ledger as a table for a spreadsheet: bounded, and safe to open."""

import json
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from accounts.ledger_labels import label_action
from accounts.models import LedgerEntry
from site_core.csv_tables import write_table

MOST_ROWS = 10_000
HEADINGS = (
    *("账册", "序号", "时间", "人员", "人员编号", "操作", "操作代码", "对象", "对象类别", "对象编号"),
    *("详情", "来源地址", "请求编号", "上一条校验值", "校验值"),
)


def write_csv(entries: Iterable[LedgerEntry], *, is_cut: bool) -> bytes:
    """UTF-8 with the mark by which Excel knows it; a last line says so where there were more than MOST_ROWS."""
    rows = [_row(entry) for entry in entries]
    if is_cut:
        rows.append([f"只含最新的 {MOST_ROWS} 条，请缩小筛选范围后另行下载。"])
    return write_table(HEADINGS, rows)


def _row(entry: LedgerEntry) -> list[Any]:
    detail = json.dumps(entry.detail, ensure_ascii=False, sort_keys=True) if entry.detail else ""
    at = timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S")
    return [
        *(entry.chain, entry.position, at, entry.actor_name, entry.actor_id or ""),
        *(label_action(entry.action), entry.action, entry.object_name, entry.object_type, entry.object_id),
        *(detail, entry.address, entry.request_id, entry.previous_hash, entry.hash),
    ]
