"""What the browser finds: sites in every state, sample content, people who work there, an article that tries the layout."""

from django.db import transaction

from legal_education.digest.demo import prepare_demo as prepare_digest
from legal_education.quiz.demo import prepare_demo as prepare_quiz
from site_core.actions import ArticleDraft, publish_article
from site_core.sampling import add_sample_content
from site_core.selectors import get_column
from tenants.actions import change_state
from tenants.current import enter_site
from tenants.kinds import SiteState
from tenants.models import Organisation
from tests.factories import make_central, make_member
from tests.legal_education.samples import make_every_form
from tests.site_core import page_samples

CITY = "sfj.localhost"
COUNTY = "kongtong.sfj.localhost"
TRIAL = "jingning.sfj.localhost"
SUSPENDED = "city.notary.localhost"
ARCHIVED = "aid.sfj.localhost"
UNKNOWN = "nobody.sfj.localhost"

EDITOR = "kongtong-editor"
SITE_ADMIN = "kongtong-admin"
REVIEWERS = ("kongtong-reviewer-1", "kongtong-reviewer-2", "kongtong-reviewer-3")
SUSPENSION_NOTICE = "系统维护，预计本周五恢复。"
UNRULY_TITLE = "关于超长网址与宽表格的示例通知" + "ABCDEFGHIJ" * 9
_LONG_ADDRESS = "https://www.example.invalid/" + "a-very-long-path-without-any-break" * 6
_CELLS = "".join(f"<td>第{number}列的内容不换行</td>" for number in range(1, 13))


def set_scene() -> None:
    """Fill the database that Django is connected to."""
    for schema in ("city", "kongtong"):
        site = _get(schema)
        with enter_site(site):
            add_sample_content(site)
            prepare_quiz(site)
            prepare_digest(site)
    _add_unruly_article(_get("kongtong"))
    with enter_site(_get("kongtong")), transaction.atomic():
        page_samples.make_every_type()
        make_every_form()
        page_samples.make_column("tupian", "pictures", "图片新闻")
        page_samples.make_topic(page_samples.make_column("zhuanti", "cards", "专题"))
    _set_people()
    _set_states()


def _get(schema: str) -> Organisation:
    return Organisation.objects.get(schema_name=schema)


@transaction.atomic
def _add_unruly_article(site: Organisation) -> None:
    body = [
        ("paragraph", f"<p>{_LONG_ADDRESS}</p><p>{'示例文字，' * 40}</p>"),
        ("table", f"<table><tbody><tr>{_CELLS}</tr></tbody></table>"),
    ]
    with enter_site(site):
        publish_article(get_column("tzgg"), ArticleDraft(UNRULY_TITLE, body))


def _set_people() -> None:
    county = _get("kongtong")
    make_member(county, "editor", EDITOR)
    make_member(county, "site_admin", SITE_ADMIN)
    for number, username in enumerate(REVIEWERS, 1):
        make_member(county, f"reviewer_{number}", username)
    make_central("platform_admin", "central")


def _set_states() -> None:
    with transaction.atomic():
        Organisation.objects.filter(schema_name="jingning").update(state=SiteState.TRIAL)
    change_state(_get("notary"), SiteState.SUSPENDED, notice=SUSPENSION_NOTICE)
    change_state(_get("aid"), SiteState.ARCHIVED)
