"""What the other apps of legal education put on the hub: the digest's card, quizzes that can be sat now."""

from typing import Any

from django.utils import timezone

from legal_education.audiences import Audience
from legal_education.campaigns.hub_parts import HubCard
from legal_education.digest.models import DigestIssuePage
from legal_education.digest.selectors import find_digest
from legal_education.quiz.taking.selectors import list_public_quizzes
from site_core import reading
from tenants.current import current_site


def build_digest_cards() -> list[HubCard]:
    """普法手机报 with its latest issue; it speaks to every audience."""
    digest = find_digest()
    if digest is None:
        return []
    reading.record(f"column:{current_site().schema_name}:{digest.pk}")
    issue = DigestIssuePage.objects.child_of(digest).visible().order_by("-issued_on", "-number").first()
    return [
        HubCard(
            form="mobile",
            title=digest.title,
            url=digest.get_url(),
            slot=digest.schedule,
            latest_title=f"第{issue.number}期 {issue.title}" if issue else "",
            latest_url=issue.get_url() if issue else "",
            latest_on=issue.issued_on if issue else None,
            audiences=(Audience.ALL.value,),
        )
    ]


def build_quizzes() -> dict[str, Any] | None:
    """Quizzes that run now, the one that closes first on top."""
    now = timezone.now()
    open_now = []
    for quiz in list_public_quizzes().filter(closes_at__gt=now).order_by("closes_at", "pk"):
        reading.hold_until(quiz.opens_at if quiz.opens_at > now else quiz.closes_at)
        if quiz.opens_at <= now:
            open_now.append(quiz)
    return {"quizzes": open_now} if open_now else None
