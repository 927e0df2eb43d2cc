"""One county site with accounts on fake platforms, and posts for them, made as the product makes them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from bench.microblog import MicroblogRun
from bench.workers import Worker, working
from microblog.models import Account, AccountState, Connection, Delivery, MicroPost, StreamPage
from site_core.actions import publish_page
from site_core.dispatching import OPEN
from tenants.current import enter_site
from tenants.provisioning import SiteOrder, create_site
from tests.microblog.fakes.running import Steering, running

SITE = "kongtong"
CITY_HOST, HOST = "sfj.localhost", "kongtong.sfj.localhost"
_CONCURRENCY = 4
_STALLED_AFTER_S = 2.0


def make_site() -> None:
    """The county's site, below the city's."""
    city = {"name": "平凉市司法局", "short_name": "市司法局", "kind": "city_bureau", "state": "live"}
    county = {"name": "平凉市崆峒区司法局", "short_name": "崆峒区司法局", "kind": "county_bureau", "state": "live"}
    create_site(SiteOrder("city", (CITY_HOST,), "", city))
    create_site(SiteOrder(SITE, (HOST,), "city", county))


@dataclass
class Platform:
    """A fake platform, and how workers are told of it."""

    name: str
    fake: Steering
    run: MicroblogRun
    environment: dict[str, str]
    workspace: Path

    def make_accounts(self, count: int, **fields: Any) -> list[int]:
        """So many accounts there and here, live; returns their ids here."""
        return [self._make_account(f"{self.name} {number}", fields) for number in range(count)]

    def _make_account(self, name: str, fields: dict[str, Any]) -> int:
        given = self.fake.make_account()
        options = {key: value for key, value in given.get("options", {}).items() if key in _ACCOUNT_FIELDS}
        account = Account.objects.create(
            platform=self.name,
            name=name,
            state=AccountState.LIVE,
            remote_id=given.get("remote_id", ""),
            base_url=given.get("base_url", ""),
            **{"may_read": True, "may_publish": True, **options, **fields},
        )
        connection = Connection(account=account)
        connection.write_secrets(**given["secrets"])
        connection.save()
        return int(account.pk)

    @contextmanager
    def worker(self) -> Iterator[Worker]:
        """A worker process of the product."""
        number = next(self.run.numbers)
        with working(self, [number], concurrency=_CONCURRENCY, stalled_after=_STALLED_AFTER_S) as workers:
            yield workers[0]

    def start_worker(self) -> Worker:
        """A worker that whoever started it kills."""
        return Worker(self, next(self.run.numbers), concurrency=_CONCURRENCY, stalled_after=_STALLED_AFTER_S)


_ACCOUNT_FIELDS = frozenset({"safe_domain", "may_publish", "may_read", "char_limit"})


@contextmanager
def platform(run: MicroblogRun, name: str, hour_seconds: float) -> Iterator[Platform]:
    """The fake and everything of it; nothing of the site's posts is left afterwards."""
    with running(name, hour_seconds=hour_seconds) as url, Steering(url) as fake, enter_site(SITE):
        environment = {
            **run.environment,
            "MICROBLOG_HOUR_SECONDS": str(hour_seconds),
            "WEIBO_API_URL": url,
            "WECHAT_API_URL": url,
        }
        try:
            yield Platform(name, fake, run, environment, run.workspace)
        finally:
            Delivery.objects.all().delete()
            Account.objects.all().delete()


def publish(accounts: Iterable[int], words: str) -> MicroPost:
    """A post to these accounts, through the product's own door."""
    post = MicroPost(text=words)
    post.set_title()
    with transaction.atomic():
        stream = StreamPage.objects.get()
        post.accounts = list(Account.objects.filter(pk__in=list(accounts)))
        publish_page(stream, post)
    return post


def count_open() -> int:
    """Deliveries that are not at their end."""
    return Delivery.objects.filter(state__in=OPEN).count()
