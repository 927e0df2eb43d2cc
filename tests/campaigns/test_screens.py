"""The screens of the ledger of activities: list, filters, form, removal, files, and for whom they exist."""

import io

import pytest
from openpyxl import load_workbook

from legal_education.campaigns.models import Activity
from tenants.current import enter_site
from tests.campaigns.samples import KEY, make_activity
from tests.factories import make_member
from tests.site_core.page_samples import make_picture

LEDGER = "/admin/activities/"


def form(**changes):
    values = {
        "held_on": "2026-05-12", "theme": "果园里的合同课", "place": "果品市场", "campaign": KEY, "audience": "farmers",
        "form": "village", "people": "310", "materials": "600", "summary": "讲定金。", "is_public": "on",
    }  # fmt: skip
    return values | changes


def read(site):
    with enter_site(site):
        return list(Activity.objects.prefetch_related("pictures"))


def test_activity_is_entered_with_pictures_changed_and_removed(editor, two_sites):
    with enter_site(two_sites.a):
        first, second = make_picture("甲"), make_picture("乙")
    assert editor.get(f"{LEDGER}new/?campaign={KEY}").context["form"].initial["campaign"] == KEY
    editor.post(f"{LEDGER}new/", form(picture_1=str(second.pk), picture_3=str(first.pk)))
    (activity,) = read(two_sites.a)
    assert [row.image_id for row in activity.pictures.all()] == [second.pk, first.pk]
    address = f"{LEDGER}{activity.pk}/"
    assert "果园里的合同课" in editor.get(address).content.decode()
    editor.post(address, form(people="320", picture_1=str(first.pk)))
    (activity,) = read(two_sites.a)
    assert (activity.people, [row.image_id for row in activity.pictures.all()]) == (320, [first.pk])
    assert editor.get(f"{address}delete/").status_code == 200
    editor.post(f"{address}delete/")
    assert read(two_sites.a) == []


@pytest.mark.parametrize(
    "changes",
    [{"held_on": "2999-01-01"}, {"people": "-5"}, {"people": ""}, {"campaign": "nothing"}, {"theme": "长" * 101}],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(editor, two_sites, changes):
    answer = editor.post(f"{LEDGER}new/", form(**changes))
    assert answer.status_code == 200
    assert "果品市场" in answer.content.decode()
    assert "error-message" in answer.content.decode()
    assert read(two_sites.a) == []


def test_picture_of_another_site_cannot_be_chosen(editor, two_sites):
    with enter_site(two_sites.b):
        for number in range(9):
            other = make_picture(f"静宁的图{number}")
    editor.post(f"{LEDGER}new/", form(picture_1=str(other.pk)))
    assert read(two_sites.a) == []


def test_list_is_filtered(editor, two_sites):
    make_activity(two_sites.a, "宣传月的")
    make_activity(two_sites.a, "平时的", campaign="", audience="youth")
    make_activity(two_sites.b, "静宁的")
    for query, shown in (
        ("", 2),
        (f"?campaign={KEY}", 1),
        ("?campaign=none", 1),
        ("?audience=youth", 1),
        ("?q=平时", 1),
        ("?is_public=0", 0),
    ):
        assert len(editor.get(LEDGER + query).context["rows"]) == shown, query
    assert "静宁的" not in editor.get(LEDGER).content.decode()


def test_files_hold_what_the_list_holds_and_run_no_formula(editor, two_sites):
    make_activity(two_sites.a, "=1+1", place="中街")
    make_activity(two_sites.a, "平时的", campaign="")
    book = load_workbook(io.BytesIO(editor.get(f"{LEDGER}download/?as=xlsx&campaign={KEY}").content))
    rows = list(book.active.iter_rows(values_only=False))
    assert [cell.value for cell in rows[0]][:3] == ["日期", "主题", "地点"]
    assert len(rows) == 2
    assert (rows[1][1].value, rows[1][1].data_type) == ("=1+1", "s")
    text = editor.get(f"{LEDGER}download/").content.decode()
    assert "'=1+1" in text
    assert "平时的" in text


@pytest.mark.parametrize("role", ["reviewer_1", "reviewer_3", "auditor"])
def test_screens_do_not_exist_for_others(two_sites, signed_in, role):
    activity = make_activity(two_sites.a)
    person = signed_in(two_sites.a, make_member(two_sites.a, role))
    for path in ("", "new/", "download/", f"{activity.pk}/", f"{activity.pk}/delete/"):
        assert person.get(LEDGER + path).status_code == 404, path
    person.post(f"{LEDGER}{activity.pk}/delete/")
    assert len(read(two_sites.a)) == 1
