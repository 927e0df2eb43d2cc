"""Many accounts at once with hours made short: no limit of the platform is broken, and each account's order is kept."""

import time
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bench.microblog_site import count_open, platform, publish
from bench.report import Figure, Outcome, at_most

if TYPE_CHECKING:
    from bench.microblog import MicroblogRun

_REFUSED_BY_LIMIT = frozenset({10022, 10023, 10024, 20016})
_POLL_S = 0.5


def measure_limits(run: "MicroblogRun") -> Iterator[Outcome]:
    """Weibo, whose limits are the tightest: 30 posts an hour, 100 requests a day. The fake refuses the rest, and logs it."""
    scale = run.scale
    with platform(run, "weibo", scale.hour_seconds) as target:
        accounts = target.make_accounts(scale.accounts)
        for number in range(scale.posts_of_account):
            for account in accounts:
                publish([account], f"〔{account} {number:05d}〕学法用法，依法办事。")
        begun = time.monotonic()
        with target.worker():
            while count_open():
                if time.monotonic() - begun > 60 * scale.hour_seconds:
                    raise TimeoutError(f"{count_open()} are not at their end")
                time.sleep(_POLL_S)
        posts, log = target.fake.posts(), target.fake.log()
    refused = find_refused_by_limit(log)
    broken = _count_disorder(posts)
    notes = {
        "accounts": scale.accounts,
        "posts_of_account": scale.posts_of_account,
        "hour_seconds": scale.hour_seconds,
        "seconds": round(time.monotonic() - begun, 1),
        "posts": len(posts),
        "refused": [each["answer"] for each in refused[:5]],
    }
    missing = scale.accounts * scale.posts_of_account - len(posts)
    yield Figure("limits_broken", len(refused) + abs(missing), "requests", at_most(0), notes)
    yield Figure("orders_broken", broken, "accounts", at_most(0), notes)


def find_refused_by_limit(log: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Requests of the fake's log that a limit refused. By the code of the answer: as digits it stands in times and ids too."""
    answers = ((entry, entry["answer"]) for entry in log)
    return [entry for entry, said in answers if isinstance(said, dict) and said.get("error_code") in _REFUSED_BY_LIMIT]


def _count_disorder(posts: list[dict[str, str]]) -> int:
    """Accounts whose posts are on the platform in another order than they were published in."""
    by_account: dict[str, list[str]] = defaultdict(list)
    for post in posts:
        text = str(post["text"])
        by_account[str(post["account"])].append(text[text.find("〔") : text.find("〕")])
    return sum(marks != sorted(marks) for marks in by_account.values())
