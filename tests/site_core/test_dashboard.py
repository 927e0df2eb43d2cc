"""The editors' dashboard and calendar: what waits, what is due, what was looked for in vain; this site's alone."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from search.counting import count_search
from site_core.column_freshness import ColumnState, Freshness, judge
from site_core.dashboard_selectors import list_column_states, list_documents_lacking_interpretation, list_own_work
from site_core.models import ArticlePage, BasePage, ColumnPage
from site_core.publication_calendar import get_month, read_month
from site_core.selectors import get_column
from site_core.working_days import add_working_days, is_working_day
from tenants.current import enter_site
from tests.factories import make_article, make_draft, make_member
from tests.site_core.page_samples import make_document

TODAY = date(2026, 11, 26)


def state(latest, update_days=14, kind="工作动态", depth=3):
    return ColumnState(1, "栏目", kind, depth, update_days, latest, TODAY)


@pytest.mark.parametrize(
    ("day", "works"),
    [(date(2026, 10, 10), True), (date(2026, 10, 1), False), (date(2026, 11, 28), False), (date(2026, 11, 26), True)],
)
def test_working_days_know_holidays_and_weekends_that_are_worked(day, works):
    assert is_working_day(day) is works


def test_term_of_working_days_passes_over_the_national_holiday():
    assert add_working_days(date(2026, 9, 30), 3) == date(2026, 10, 10)


@pytest.mark.parametrize(
    ("days_ago", "update_days", "freshness"),
    [(15, 14, "overdue"), (14, 14, "due_soon"), (11, 14, "due_soon"), (10, 14, "fresh"), (900, 0, "static")],
)
def test_state_of_a_column_follows_its_term(days_ago, update_days, freshness):
    assert state(TODAY - timedelta(days=days_ago), update_days).freshness == freshness


def test_empty_column_is_empty_whatever_its_term():
    assert state(None).freshness == Freshness.EMPTY


def test_five_neglected_columns_of_news_fail_the_site():
    overdue = state(TODAY - timedelta(days=20))
    assert not judge([overdue] * 4).has_failed
    assert judge([overdue] * 5).has_failed
    assert judge([overdue]).home_state == Freshness.OVERDUE


def test_columns_know_what_was_published_below_them(in_kongtong):
    make_article(in_kongtong, column="zhinan")
    states = {each.title: each for each in list_column_states(timezone.localdate())}
    assert states["政府信息公开"].latest == timezone.localdate()
    assert states["信息公开目录"].latest is None


def test_document_wants_its_interpretation_until_one_is_public(in_kongtong):
    column = get_column("zcwj")
    document = make_document(column)
    BasePage.objects.filter(pk=document.pk).update(public_at=timezone.now() - timedelta(days=30))
    missing = list_documents_lacking_interpretation(timezone.now())
    assert [each.document.pk for each in missing] == [document.pk]
    assert missing[0].is_overdue
    make_article(in_kongtong, "解读", column="zcjd", interprets=document)
    assert list_documents_lacking_interpretation(timezone.now()) == []


def test_own_work_is_the_person_s_own(in_kongtong):
    editor = make_member(in_kongtong, "editor")
    mine, other = make_draft(in_kongtong, "我的"), make_draft(in_kongtong, "别人的")
    ArticlePage.objects.filter(pk=mine.pk).update(owner=editor, has_unpublished_changes=True)
    assert [page.pk for page in list_own_work(editor, 5)] == [mine.pk]
    assert other.pk


def test_dashboard_shows_this_site_alone_with_few_queries(two_sites, signed_in, django_assert_max_num_queries):
    for site in (two_sites.a, two_sites.b):
        with enter_site(site):
            count_search(f"{site.schema_name}的词", found=0)
            make_document(get_column("zcwj"), f"{site.schema_name}的文件")
    client = signed_in(two_sites.a, make_member(two_sites.a, "editor"))
    client.get("/admin/")
    with django_assert_max_num_queries(48):
        page = client.get("/admin/").content.decode()
    for text in ("等我处理", "栏目更新", "kongtong的词", "kongtong的文件", "没有内容"):
        assert text in page, text
    assert "jingning的" not in page


def test_auditor_has_no_editors_panels(two_sites, signed_in):
    page = signed_in(two_sites.a, make_member(two_sites.a, "auditor")).get("/admin/").content.decode()
    assert "等我处理" not in page


# --- calendar --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "2026-13", "x", "1066-01", "9999-12"])
def test_month_that_makes_no_sense_is_this_one(text):
    assert read_month(text) == timezone.localdate().replace(day=1)


def test_calendar_shows_published_scheduled_and_expiring_pages_on_their_days(in_kongtong):
    moment = timezone.make_aware(datetime(2026, 11, 12, 9, 30))
    published, expiring = make_article(in_kongtong, "已发布"), make_article(in_kongtong, "到期的")
    BasePage.objects.filter(pk__in=(published.pk, expiring.pk)).update(public_at=moment)
    ArticlePage.objects.filter(pk=expiring.pk).update(expire_at=moment + timedelta(days=3))
    draft = make_draft(in_kongtong, "定时的")
    draft.latest_revision.approved_go_live_at = moment + timedelta(days=1)
    draft.latest_revision.save()
    month = get_month(date(2026, 11, 1))
    events = {
        day.date.day: [(event.title, event.kind) for event in day.events]
        for week in month.weeks
        for day in week
        if day.is_of_month
    }
    assert sorted(events[12]) == [("到期的", "published"), ("已发布", "published")]
    assert events[13] == [("定时的", "scheduled")]
    assert events[15] == [("到期的", "expires")]
    assert (month.previous, month.next) == (date(2026, 10, 1), date(2026, 12, 1))


def test_calendar_is_the_site_s_own(two_sites, signed_in):
    make_article(two_sites.b, "别处的文章")
    make_article(two_sites.a, "这里的文章")
    client = signed_in(two_sites.a, make_member(two_sites.a, "editor"))
    page = client.get("/admin/editing/calendar/").content.decode()
    assert "这里的文章" in page
    assert "别处的文章" not in page


# --- preview ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "mark"), [("elder", 'data-mode="elder"'), ("elder-dark", 'data-contrast="dark"')])
def test_preview_shows_elder_mode(two_sites, signed_in, mode, mark):
    draft = make_draft(two_sites.a, "预览的稿件")
    client = signed_in(two_sites.a, make_member(two_sites.a, "editor"))
    form = {
        "title": "预览的稿件", "slug": draft.slug, "body-count": "0", "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0",
        "attachments-TOTAL_FORMS": "0", "attachments-INITIAL_FORMS": "0",
    }  # fmt: skip
    address = f"/admin/pages/{draft.pk}/edit/preview/"
    assert client.post(address, form).json()["is_valid"]
    page = client.get(f"{address}?mode={mode}").content.decode()
    assert mark in page
    assert "预览的稿件" in page


def test_columns_of_the_site_can_be_previewed_too(in_kongtong):
    assert ("elder", "长辈版") in ColumnPage().preview_modes


@pytest.mark.parametrize("days", [3651, 2147483647])
def test_term_of_more_than_ten_years_is_refused_and_stops_no_dashboard(in_kongtong, days):
    column = get_column("tzgg")
    column.update_days = days
    with pytest.raises(ValidationError, match="更新期限"):
        column.full_clean()
    assert state(date(2026, 1, 1), days).days_left > 0
    assert state(date(2026, 1, 1), 2147483647).due_on == date.max
