"""The digest in the demo: its page, two issues and a few invented readers, on the city's site and 静宁县's. All marked 示例."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.tokens import digest_of
from legal_education.audiences import Audience
from legal_education.digest.channels import Channel, index_of
from legal_education.digest.models import (
    DigestIssuePage,
    DigestItem,
    DigestPage,
    Subscription,
    SubscriptionState,
)
from legal_education.digest.unsubscribing import make_unsubscribe_token
from site_core.actions import publish_page
from site_core.models import ArticlePage, ColumnPage
from tenants.models import Organisation

SHOWN_ON = ("city", "jingning")
_REASON = "演示用示例内容"
_ITEMS = 4
_GREETINGS = (
    "本期选了几篇与日常生活关系最近的普法文章，读完不过五分钟。",
    "农闲时节，邻里借贷、土地流转的事多起来，先看看法律怎么说。",
)
_READERS = (
    (Channel.EMAIL, "li.reader@example.invalid", Audience.ALL, SubscriptionState.ACTIVE),
    (Channel.EMAIL, "wang.farmer@example.invalid", Audience.FARMERS, SubscriptionState.ACTIVE),
    (Channel.EMAIL, "zhao.office@example.invalid", Audience.OFFICIALS, SubscriptionState.ACTIVE),
    (Channel.EMAIL, "chen.school@example.invalid", Audience.YOUTH, SubscriptionState.PENDING),
    (Channel.SMS, "13900000001", Audience.ALL, SubscriptionState.ACTIVE),
    (Channel.SMS, "13900000002", Audience.COMMUNITY, SubscriptionState.ACTIVE),
    (Channel.SMS, "13900000003", Audience.BUSINESS, SubscriptionState.ENDED),
)


def prepare_demo(site: Organisation) -> None:
    """See the module; what is there already stays."""
    if site.schema_name not in SHOWN_ON or DigestPage.objects.exists():
        return
    column = ColumnPage.objects.filter(slug="pufa").order_by("depth").first()
    articles = list(ArticlePage.objects.visible().newest_first()[: 2 * _ITEMS])
    if column is None or not articles:
        return
    with transaction.atomic():
        _add_readers()
        digest = _add_digest(site, column)
        _add_issue(site, digest, 1, articles[_ITEMS:] or articles, Audience.FARMERS, days_ago=30)
        _add_issue(site, digest, 2, articles[:_ITEMS], Audience.ALL, days_ago=0)


def _add_digest(site: Organisation, column: ColumnPage) -> DigestPage:
    name = site.short_name
    digest = DigestPage(
        title="普法手机报（示例）",
        slug="sjb",
        summary=f"{name}每半月选几篇普法文章，送到您的邮箱或手机。",
        schedule="每月 1 日、15 日",
        audience_note="全体公民，可按身份选择内容",
        sms_sign=name,
        sms_template_id="DEMO-DIGEST",
        sms_code_template_id="DEMO-CODE",
    )
    publish_page(column, digest)
    return digest


def _add_issue(
    site: Organisation,
    digest: DigestPage,
    number: int,
    articles: list[ArticlePage],
    audience: Audience,
    *,
    days_ago: int,
) -> None:
    at = timezone.now() - timedelta(days=days_ago)
    issue = DigestIssuePage(
        title=f"{site.short_name}普法手机报第{number}期（示例）",
        slug=f"d{number}",
        number=number,
        issued_on=timezone.localdate(at),
        greeting=_GREETINGS[number % 2],
        audience=audience,
        sms_text=f"{articles[0].title.removesuffix('（示例）')}等{len(articles)}篇",
    )
    issue.items = [DigestItem(article=article, sort_order=order) for order, article in enumerate(articles)]
    digest.refresh_from_db()
    publish_page(digest, issue, public_at=at if days_ago else None, reason=_REASON)


def _add_readers() -> None:
    now = timezone.now()
    for channel, address, audience, state in _READERS:
        row = Subscription(
            channel=channel, address_index=index_of(channel, address), audience=audience, state=state, is_sample=True
        )
        row.address = "" if state == SubscriptionState.ENDED else address
        row.unsubscribe_digest = digest_of(make_unsubscribe_token(row))
        row.asked_at = now
        row.confirmed_at = None if state == SubscriptionState.PENDING else now
        row.ended_at = now if state == SubscriptionState.ENDED else None
        row.save()
