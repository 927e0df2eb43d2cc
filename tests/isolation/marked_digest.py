"""A digest for a marked site: an issue with a reader whose mail failed."""

from typing import Any

from django.utils import timezone

from legal_education.digest.models import (
    DigestDelivery,
    DigestIssuePage,
    DigestItem,
    DigestPage,
    Sending,
    Subscription,
)
from site_core.actions import publish_page
from site_core.models import ColumnPage


def make_marked_digest(column: Any, article: Any, secret: str, public: str) -> dict[str, Any]:
    """Its things by name: issue, subscription, sending."""
    digest = DigestPage(title=f"{public} 手机报", slug="found-digest", sms_template_id=secret)
    publish_page(ColumnPage.objects.get(pk=column.pk), digest)
    issue = DigestIssuePage(title=f"{public} 第一期", slug="found-issue", number=1, greeting=public)
    issue.items = [DigestItem(article=article.page_ptr)]
    publish_page(DigestPage.objects.get(), issue)
    reader = Subscription(channel="email", address=f"{secret}@{secret}.invalid", address_index=secret)
    reader.state, reader.confirmed_at, reader.unsubscribe_digest = "active", timezone.now(), secret
    reader.save()
    sending = Sending.objects.get()
    run = sending.runs.get(channel="email")
    DigestDelivery.objects.create(run=run, sending=sending, subscription=reader, state="failed", error_text=secret)
    return {"digest_issue": issue, "digest_subscription": reader, "digest_sending": sending}
