"""From the publication of an article to the platform's having its post, on a quiet cluster."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from statistics import median, quantiles
from typing import TYPE_CHECKING

from django.db import transaction

from bench.microblog_site import platform
from bench.report import Figure, Outcome, at_most
from microblog.models import ComposeMode, ComposeRule
from site_core.actions import ArticleDraft, publish_article
from site_core.selectors import get_column

if TYPE_CHECKING:
    from bench.microblog import MicroblogRun

GOAL_S = 3.0
_WITHIN_S = 30
_POLL_S = 0.02
_REST_S = 0.3


def measure_arrival(run: "MicroblogRun") -> Iterator[Outcome]:
    """Articles one after the other, a rule that makes posts of them, one worker; until the fake has taken each."""
    with platform(run, "webhook", 3600) as target:
        rule = ComposeRule.objects.create(name="工作动态", mode=ComposeMode.AT_ONCE)
        rule.columns.set([get_column("gzdt")])
        rule.accounts.set(target.make_accounts(1))
        with target.worker():
            times = [_publish_and_wait(target.fake, number) for number in range(run.scale.articles)]
        rule.delete()
    p95 = quantiles(times, n=20)[-1]
    notes = {"articles": len(times), "median": round(median(times), 3), "slowest": round(max(times), 3)}
    yield Figure("accepted_p95", p95, "s", at_most(GOAL_S), notes)


def _publish_and_wait(fake: object, number: int) -> float:
    title = f"普法动态第 {number} 号"
    begun = time.monotonic()
    with transaction.atomic():
        publish_article(get_column("gzdt"), ArticleDraft(title, [("paragraph", "<p>正文。</p>")]))
    while not any(title in str(post) for post in fake.posts()):  # type: ignore[attr-defined] # a Steering
        if time.monotonic() - begun > _WITHIN_S:
            raise TimeoutError(f"{title} did not arrive by {datetime.now(UTC):%H:%M:%S}")
        time.sleep(_POLL_S)
    taken = time.monotonic() - begun
    time.sleep(_REST_S)  # a quiet cluster: one at a time
    return taken
