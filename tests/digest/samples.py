"""Digests, issues and readers to test with, made through the public doors."""

import json
from typing import Any

from django.db import connection, transaction

from accounts.tokens import digest_of
from legal_education.audiences import Audience
from legal_education.digest.channels import Channel, index_of
from legal_education.digest.models import (
    ChannelRun,
    DigestIssuePage,
    DigestItem,
    DigestPage,
    Subscription,
    SubscriptionState,
)
from legal_education.digest.sending.turns import work_off
from legal_education.digest.unsubscribing import make_unsubscribe_token
from site_core.actions import publish_page
from site_core.selectors import get_column
from tenants.current import enter_site
from tenants.models import Organisation
from tests.factories import make_article


def make_digest(site: Organisation, **fields: Any) -> DigestPage:
    """The site's digest, with templates for short messages."""
    values = {"title": "普法手机报", "slug": "sjb", "sms_sign": "某司法", "sms_template_id": "T1"}
    with enter_site(site), transaction.atomic():
        digest = DigestPage(**{**values, "sms_code_template_id": "T2", **fields})
        publish_page(get_column("pufa"), digest)
        return DigestPage.objects.get()


def build_issue(site: Organisation, articles: list[Any] | None = None, **fields: Any) -> DigestIssuePage:
    """An issue that is not saved; inside of the site."""
    number = DigestIssuePage.objects.count() + 1
    articles = articles if articles is not None else [make_article(site, f"第{number}期的文章", summary="提要。")]
    issue = DigestIssuePage(**{"title": f"手机报第{number}期", "number": number, "greeting": "您好。", **fields})
    issue.items = [DigestItem(article=each, sort_order=order) for order, each in enumerate(articles)]
    return issue


def publish_issue(site: Organisation, articles: list[Any] | None = None, **fields: Any) -> DigestIssuePage:
    """A published issue of the site's digest."""
    with enter_site(site), transaction.atomic():
        issue = build_issue(site, articles, **fields)
        publish_page(DigestPage.objects.get(), issue)
        return DigestIssuePage.objects.get(pk=issue.pk)


def make_reader(site: Organisation, address: str, audience: str = Audience.ALL, **fields: Any) -> Subscription:
    """A confirmed subscription; by mail where the address has an @."""
    from django.utils import timezone

    channel = Channel.EMAIL if "@" in address else Channel.SMS
    with enter_site(site):
        row = Subscription(channel=channel, address=address, address_index=index_of(channel, address))
        row.audience, row.state, row.confirmed_at = audience, SubscriptionState.ACTIVE, timezone.now()
        row.unsubscribe_digest = digest_of(make_unsubscribe_token(row))
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()
        return row


def run_turns(channel: str = "", most: int = 30) -> None:
    """Take turns on the current site until nobody asks to come again at once, as the worker would."""
    for _ in range(most):
        ChannelRun.objects.update(next_at="2020-01-01T00:00Z")
        again = [work_off(run.pk) for run in ChannelRun.objects.order_by("pk") if channel in ("", run.channel)]
        if not any(again):
            return


def count_jobs(name: str) -> int:
    """Jobs of that name that wait."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE %s AND status = 'todo'", [f"%{name}"]
        )
        return int(cursor.fetchone()[0])


def run_jobs(name: str) -> int:
    """Run the waiting jobs of that name on their sites, as the worker would. Returns how many."""
    from legal_education.digest import tasks

    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE task_name LIKE %s AND status = 'todo' RETURNING args", [f"%{name}"]
        )
        rows = [row[0] for row in cursor.fetchall()]
    for args in rows:
        values = json.loads(args) if isinstance(args, str) else dict(args)
        with enter_site(values.pop("site")):
            getattr(tasks, name)(**values)
    return len(rows)
