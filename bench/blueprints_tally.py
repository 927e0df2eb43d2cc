"""A plugin of pytest that counts what the suites of locks and review try, and writes it as JSON to `BENCH_TALLY`.

What a suite finds stands in its failure; how much it tried stands nowhere else.
"""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

_tried: Counter[str] = Counter()
_published = 0
_findings: dict[str, None] = {}  # in the order in which they were found, each once


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Count in the modules that were collected."""
    modules = {item.module.__name__: item.module for item in session.items if isinstance(item, pytest.Function)}
    if doors := modules.get("tests.locks.test_doors"):
        _count_doors(doors.Held)
    if orders := modules.get("tests.review.test_any_order"):
        _count_orders(orders.Scene)


def pytest_sessionfinish() -> None:
    """Write what was counted."""
    told = {"tried": dict(_tried), "published": _published, "findings": list(_findings)}
    Path(os.environ["BENCH_TALLY"]).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def _count_doors(holder: Any) -> None:
    """Requests by role, and those that changed what is locked."""
    try_door = holder.try_door

    def counted(held: Any, role: str, *door: Any) -> str:
        _tried[role] += 1
        found = try_door(held, role, *door)
        if found:
            _findings[found] = None
        return found

    holder.try_door = counted


def _count_orders(scenes: Any) -> None:
    """Orders and acts, publications that were accounted for, and orders that broke the rule. A repeated order counts once."""
    act, check = scenes.act, scenes.check

    def counted_act(scene: Any, what: str, name: str) -> None:
        order = vars(scene).setdefault("bench_order", [])
        _tried["orders"] += not order
        _tried["acts"] += 1
        order.append(f"{name} {what}")
        act(scene, what, name)

    def counted_check(scene: Any) -> None:
        global _published  # noqa: PLW0603 - a counter of the process
        before = len(scene.clerk.accounted)
        try:
            check(scene)
        except AssertionError:
            _findings["、".join(vars(scene).get("bench_order", []))] = None
            raise
        _published += len(scene.clerk.accounted) - before

    scenes.act, scenes.check = counted_act, counted_check
