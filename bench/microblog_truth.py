"""Posts to each platform while a fifth of the requests fails and workers are killed: each there once, every state true."""

import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bench.microblog_site import Platform, count_open, platform, publish
from bench.report import Figure, Outcome, at_most
from microblog.models import Delivery
from site_core.dispatching import Dispatch

if TYPE_CHECKING:
    from bench.microblog import MicroblogRun

PLATFORMS = ("weibo", "wechat", "mastodon", "webhook")
NAMES = tuple(f"{name}_{figure}" for name in PLATFORMS for figure in ("not_once", "states_untrue"))
_HOUR_S = 60
_POSTS_OF_ACCOUNT = 25
_WITHIN_S = 1200
_POLL_S = 0.2
_LATEST_KILL_S = 6.0
_FAULTS = (
    ("drop_after_accept", 0.08),
    ("drop_before", 0.05),
    ("error", 0.04),
    ("delay", 0.03),
)
_BUSY = {"weibo": "10009", "wechat": "-1", "mastodon": "503", "webhook": "503"}


def measure_truth(run: "MicroblogRun") -> Iterator[Outcome]:
    """Platform after platform."""
    for name in PLATFORMS:
        with platform(run, name, _HOUR_S) as target:
            yield from _measure(target)


def _measure(target: Platform) -> Iterator[Outcome]:
    posts, scale = target.run.scale.posts, target.run.scale
    accounts = target.make_accounts(max(1, posts // _POSTS_OF_ACCOUNT))
    marks = [f"〔{target.name} {number:05d}〕" for number in range(posts)]
    for number, mark in enumerate(marks):
        publish([accounts[number % len(accounts)]], f"{mark}学法用法，依法办事。")
    for seed, (kind, share) in enumerate(_FAULTS):
        target.fake.fault(kind, share=share, seed=seed, code=_BUSY[target.name], seconds=3.0)
    begun = time.monotonic()
    _kill_workers(target, scale.kills)
    with target.worker():
        _await_end(begun)
    target.fake.heal()
    there = _count_there(target, marks)
    wrong = [mark for mark in marks if there[mark] != 1]
    untrue = _find_untrue(there)
    notes = {
        "posts": posts,
        "kills": scale.kills,
        "seconds": round(time.monotonic() - begun, 1),
        "states": dict(Counter(Delivery.objects.values_list("state", flat=True))),
        "requests": len(target.fake.log()),
        "wrong": wrong[:5],
        "untrue": untrue[:5],
    }
    yield Figure(f"{target.name}_not_once", len(wrong), "posts", at_most(0), notes)
    yield Figure(f"{target.name}_states_untrue", len(untrue), "posts", at_most(0), notes)


def _kill_workers(target: Platform, kills: int) -> None:
    chance = random.Random(8)  # noqa: S311 - when to kill is no secret
    for _ in range(kills):
        done = len(target.fake.log())
        worker = target.start_worker()
        try:
            while len(target.fake.log()) == done and count_open():
                worker.check()
                time.sleep(_POLL_S)
            time.sleep(chance.uniform(0, _LATEST_KILL_S))
        finally:
            worker.kill()


def _await_end(begun: float) -> None:
    while count_open():
        if time.monotonic() - begun > _WITHIN_S:
            left = Counter(Delivery.objects.values_list("state", "error_code"))
            raise TimeoutError(f"not at its end: {left}")
        time.sleep(_POLL_S)


def _count_there(target: Platform, marks: list[str]) -> Counter[str]:
    """How often each post is on the platform."""
    texts = [json.dumps(post, ensure_ascii=False) for post in target.fake.posts()]
    found: Counter[str] = Counter()
    for text in texts:
        start = text.find("〔")
        found[text[start : text.find("〕", start) + 1]] += 1
    return Counter({mark: found[mark] for mark in marks})


def _find_untrue(there: Counter[str]) -> list[str]:
    """Deliveries whose state contradicts the platform."""
    untrue = []
    for row in Delivery.objects.all():
        mark = row.text[row.text.find("〔") : row.text.find("〕") + 1]
        if (row.state == Dispatch.SENT) != bool(there[mark]):
            untrue.append(f"{mark}: {row.state}, {there[mark]} there")
    return untrue
