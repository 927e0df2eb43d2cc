"""Review in the demo: items at each stage in 崆峒区, and no review where nobody is there to review."""

from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from review import actions
from review.actions import Judgement
from review.models import Decision, ReviewRound, ReviewRule
from site_core.locks import Lock, locks_of
from site_core.models import ArticlePage, Membership
from site_core.selectors import get_column
from tenants.models import Organisation

SHOWN_ON = "kongtong"


@dataclass(frozen=True)
class Sample:
    """An article on its way: who has approved it, and who returned it with which opinion ('' for nobody)."""

    title: str
    text: str
    approved_by: tuple[str, ...] = ()
    returned_by: str = ""
    opinion: str = ""


SAMPLES = (
    Sample(
        "关于开展农村“法律明白人”年度培训的通知（示例）",
        "各司法所：为提升农村“法律明白人”的实务能力，定于下月分片开展年度培训，请组织参训并按时报送名单。",
    ),
    Sample(
        "关于延长法律援助中心周末值班时间的公告（示例）",
        "为方便群众咨询，自下月起周六、周日值班时间延长至 17:30，地点和电话不变。",
        approved_by=("kongtong-r1",),
    ),
    Sample(
        "人民调解员补贴发放情况公示（示例）",
        "现将本季度人民调解员补贴发放情况予以公示，公示期五个工作日。",
        approved_by=("kongtong-r1",),
        returned_by="kongtong-r2",
        opinion="请补充监督电话，并核对公示起止日期。",
    ),
)


def prepare_demo(site: Organisation) -> None:
    """See the module; what an earlier start made, and what people changed, stays."""
    if not Membership.objects.filter(group__name__startswith="reviewer_").exists():
        _publish_without_review()
    elif site.schema_name == SHOWN_ON and not ReviewRound.objects.exists():
        _add_samples()


def _publish_without_review() -> None:
    for rule in ReviewRule.objects.exclude(steps=[]).select_related("page"):
        if Lock.REVIEW not in locks_of(rule.page):
            actions.set_rule(rule.page, (), acting_user=None)


@transaction.atomic
def _add_samples() -> None:
    people = {user.username: user for user in User.objects.filter(username__startswith="kongtong-")}
    author = people.get("kongtong-editor")
    if author is None:
        return
    for sample in SAMPLES:
        _bring_on_its_way(sample, author, people)


def _bring_on_its_way(sample: Sample, author: User, people: dict[str, User]) -> None:
    column = get_column("tzgg")
    page = ArticlePage(title=sample.title, summary=sample.text, label="通知", live=False, owner=author)
    page.body = [{"type": "paragraph", "value": f"<p>{sample.text}</p>"}]  # type: ignore[assignment] # a StreamField takes it
    column.add_child(instance=page)
    page.save_revision(user=author)
    round = actions.submit(page, acting_user=author)
    for name in sample.approved_by:
        actions.decide(
            round, Judgement(Decision.APPROVE, round.content_hash, "内容属实，可以发布。"), acting_user=people[name]
        )
    if sample.returned_by:
        returned = Judgement(Decision.RETURN, round.content_hash, sample.opinion)
        actions.decide(round, returned, acting_user=people[sample.returned_by])
