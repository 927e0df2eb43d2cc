"""索引号, 文号, validity and successors of policy documents, through every door."""

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Site

from site_core.document_actions import mark_lapsed_documents
from site_core.document_numbers import IndexNumberUnavailable, normalise_document_number, take_index_number
from site_core.models import DocumentPage, IndexNumberYear, SiteDetails
from site_core.selectors import get_column
from site_core.tasks import mark_documents_that_lapsed, publish_due_pages
from tenants.current import enter_site
from tests.factories import make_member, soon
from tests.site_core.page_samples import ORGAN_CODE, make_document, publish, set_organ_code

YEAR = timezone.localdate().year


def fresh(document):
    return DocumentPage.objects.get(pk=document.pk)


def make_draft(title="草案", column="zcwj", **fields):
    set_organ_code()
    page = DocumentPage(title=title, live=False, **fields)
    get_column(column).add_child(instance=page)
    page.save_revision()
    return page


def number(serial):
    return f"{ORGAN_CODE}/{YEAR}-{serial:05}"


# --- 索引号 ----------------------------------------------------------------------------------------------------------


def test_number_is_given_at_the_first_publication_and_not_before(in_kongtong):
    draft = make_draft()
    assert fresh(draft).index_number == ""
    fresh(draft).save_revision().publish()
    assert fresh(draft).index_number == number(1)
    assert len(number(1)) == 20


def test_number_stays_through_withdrawal_changes_and_a_new_publication(in_kongtong):
    document = make_document(get_column("zcwj"))
    document.unpublish()
    again = fresh(document)
    again.title = "改过的标题"
    again.save_revision().publish()
    assert fresh(document).index_number == number(1)
    assert IndexNumberYear.objects.get().last == 1


def test_older_revision_without_a_number_does_not_take_it_away(in_kongtong):
    draft = make_draft()
    revision = draft.latest_revision
    fresh(draft).save_revision().publish()
    revision.publish()
    assert fresh(draft).index_number == number(1)


def test_number_never_travels_into_a_copy(in_kongtong):
    document = make_document(get_column("zcwj"))
    copy = document.copy(update_attrs={"slug": "copy", "title": "副本"})
    assert (copy.index_number, copy.document_number) == (number(2) if copy.live else "", "")
    assert fresh(document).index_number == number(1)


def test_numbers_follow_without_a_gap_where_a_publication_is_rolled_back(in_kongtong):
    column = get_column("zcwj")
    make_document(column, "甲", "平司发〔2026〕1号")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_document(column, "乙", "平司发〔2026〕2号")
        raise ZeroDivisionError
    third = make_document(column, "丙", "平司发〔2026〕3号")
    assert third.index_number == number(2)


def test_sites_and_years_count_for_themselves(two_sites):
    for site in (two_sites.a, two_sites.b):
        with enter_site(site):
            assert make_document(get_column("zcwj")).index_number == number(1)
    with enter_site(two_sites.a), transaction.atomic():
        assert take_index_number(YEAR + 1) == f"{ORGAN_CODE}/{YEAR + 1}-00001"
        assert take_index_number(YEAR) == number(2)


def test_scheduled_publication_gives_a_number_too(in_kongtong):
    draft = make_draft(go_live_at=soon())
    revision = draft.save_revision()
    revision.approved_go_live_at = soon()
    revision.save()
    assert fresh(draft).index_number == ""
    publish_due_pages()
    assert fresh(draft).index_number == number(1)


def test_bulk_publication_gives_each_a_number(two_sites, signed_in):
    with enter_site(two_sites.a):
        drafts = [make_draft(f"草案{each}", column="gzdt", summary="摘要") for each in (1, 2)]
    editor = make_member(two_sites.a, "editor")
    query = "&".join(f"id={draft.pk}" for draft in drafts)
    signed_in(two_sites.a, editor).post(f"/admin/bulk/wagtailcore/page/publish/?{query}")
    with enter_site(two_sites.a):
        assert {fresh(draft).index_number for draft in drafts} == {number(1), number(2)}


def test_without_an_organ_code_nothing_is_published_and_the_message_says_where(in_kongtong):
    with pytest.raises(IndexNumberUnavailable, match="网站信息"), transaction.atomic():
        publish(get_column("zcwj"), DocumentPage(title="无代码"))
    assert not DocumentPage.objects.live().exists()


def test_editor_without_an_organ_code_sees_the_message_in_the_form(two_sites, signed_in):
    with enter_site(two_sites.a):
        draft = make_draft(column="gzdt", summary="摘要")
        SiteDetails.objects.all().delete()
    editor = make_member(two_sites.a, "editor")
    answer = signed_in(two_sites.a, editor).post(f"/admin/pages/{draft.pk}/edit/", form_of(draft, publish=True))
    assert answer.status_code == 200
    assert "本站还没有填写机构代码" in answer.content.decode()


def form_of(page, *, publish=False, **changes):
    values = {
        "title": page.title, "slug": page.slug, "summary": page.summary or "摘要", "topic": "综合政务", "validity": "有效",
        "body-count": "0", "basis-count": "0", "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0",
        "attachments-TOTAL_FORMS": "0", "attachments-INITIAL_FORMS": "0", **changes,
    }  # fmt: skip
    return values | ({"action-publish": "action-publish"} if publish else {})


def test_two_publications_at_once_get_two_numbers(cluster_db):
    with enter_site("kongtong"):
        set_organ_code()
    taken, together = [], threading.Barrier(2, timeout=20)

    def take():
        try:
            with enter_site("kongtong"), transaction.atomic():
                together.wait()
                taken.append(take_index_number(YEAR))
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(taken) == [number(1), number(2)]


# --- 文号 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written", ["平司发[2026]18号", "平司发（2026）18号", "平司发【2026】 18 号", "平司发〔２０２６〕１８号"]
)
def test_brackets_of_a_document_number_become_one_style(written):
    assert normalise_document_number(written) == "平司发〔2026〕18号"


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(text):
    once = normalise_document_number(text)
    assert normalise_document_number(once) == once


def test_number_that_another_document_has_is_refused_at_the_field(in_kongtong):
    make_document(get_column("zcwj"), "先来的", "平司发〔2026〕18号")
    with pytest.raises(ValidationError) as refused:
        make_draft("后来的", document_number="平司发[2026]18号")
    assert refused.value.message_dict == {"document_number": ["文号“平司发〔2026〕18号”已用于《先来的》。"]}


def test_the_same_number_may_stand_on_another_site(two_sites):
    for site in (two_sites.a, two_sites.b):
        with enter_site(site):
            make_document(get_column("zcwj"))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"issued_on": date(2026, 5, 1), "expires_on": date(2026, 4, 30)}, "expires_on"),
        ({"effective_on": date(2026, 6, 1), "expires_on": date(2026, 5, 30)}, "expires_on"),
        ({"issued_on": date(2026, 5, 1), "effective_on": date(2026, 4, 1)}, "effective_on"),
        ({"replacement": "废止"}, "replaces"),
    ],
)
def test_dates_and_relations_that_make_no_sense_are_refused_at_the_field(in_kongtong, fields, field):
    with pytest.raises(ValidationError) as refused:
        make_draft(**fields)
    assert list(refused.value.message_dict) == [field]


# --- validity --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("replacement", "validity"), [("修改", "已修改"), ("废止", "废止")])
def test_successor_marks_the_original_and_both_show_it(two_sites, client_of, replacement, validity):
    with enter_site(two_sites.a):
        column = get_column("zcwj")
        old = make_document(
            column, "旧办法", "平司发〔2019〕31号", issued_on=date(2019, 6, 1), effective_on=None, expires_on=None
        )
        new = make_document(column, "新办法", "平司发〔2026〕18号", replaces=old, replacement=replacement)
        old = fresh(old)
        paths = old.get_url(), new.get_url()
    assert (old.validity, old.validity_changed_on) == (validity, new.effective_on)
    assert old.validity_note == f"由《新办法》{replacement}。"
    pages = [client_of(two_sites.a).get(path).content.decode() for path in paths]
    assert "新办法" in pages[0]
    assert validity in pages[0]
    assert "旧办法" in pages[1]


def test_draft_that_waits_on_the_original_keeps_its_mark(in_kongtong):
    column = get_column("zcwj")
    old = make_document(column, "旧办法", "平司发〔2019〕31号")
    old.title = "旧办法（校改）"
    old.save_revision()
    make_document(column, "新办法", "平司发〔2026〕18号", replaces=old, replacement="废止")
    fresh(old).latest_revision.publish()
    assert (fresh(old).title, fresh(old).validity) == ("旧办法（校改）", "废止")


def test_withdrawn_successor_is_not_named_to_readers(two_sites, client_of):
    with enter_site(two_sites.a):
        column = get_column("zcwj")
        old = make_document(column, "旧办法", "平司发〔2019〕31号")
        make_document(column, "秘密的新办法", "平司发〔2026〕18号", replaces=old, replacement="废止").unpublish()
        path = old.get_url()
    answer = client_of(two_sites.a).get(path).content.decode().split("<main")[1]
    assert "废止" in answer


def test_documents_lapse_the_day_after_their_last(two_sites):
    yesterday = timezone.localdate() - timedelta(days=1)
    with enter_site(two_sites.a):
        column = get_column("zcwj")
        dates = {"issued_on": date(2020, 1, 1), "effective_on": date(2020, 1, 1)}
        gone = make_document(column, "到期", "平司发〔2020〕1号", expires_on=yesterday, **dates)
        held = make_document(column, "未到期", "平司发〔2020〕2号", expires_on=timezone.localdate(), **dates)
        assert mark_documents_that_lapsed() == 1
        assert mark_lapsed_documents() == 0
        assert (fresh(gone).validity, fresh(gone).validity_changed_on) == ("失效", yesterday)
        assert fresh(held).validity == "有效"
    with enter_site(two_sites.b):
        assert not DocumentPage.objects.exists()


@pytest.mark.parametrize("digits", [0, 26, 32767])
def test_serials_that_no_index_number_has_room_for_are_refused(in_kongtong, digits):
    details = SiteDetails(site=Site.objects.get(), organ_code=ORGAN_CODE, serial_digits=digits)
    with pytest.raises(ValidationError, match="流水号"):
        details.full_clean()
