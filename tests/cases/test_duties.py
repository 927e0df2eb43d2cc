"""The list of duties: screens, workbooks, what readers see, what the centre sees."""

import io
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from accounts.models import LedgerEntry
from legal_education.cases.models import Duty
from legal_education.cluster.models import DutyStanding
from tenants.current import enter_site
from tests.factories import make_central, make_member

ADMIN, PUBLIC = "/admin/duties/", "/pufa/duties/"
HEAD = ["年度", "责任单位", "宣传的法律法规", "宣传对象", "宣传形式", "完成时限", "进度", "联系方式", "备注"]


def day(offset: int) -> str:
    return (timezone.localdate() + timedelta(days=offset)).isoformat()


def line(**changes: str) -> dict[str, str]:
    values = {
        "year": "2026", "unit": "公安局", "laws": "治安管理处罚法、刑法", "audience": "community", "form": "讲座",
        "deadline": day(10), "state": "planned", "contact": "0933-0000000", "note": "内部备注",
    }  # fmt: skip
    return values | changes


@pytest.fixture
def editor(two_sites, signed_in):
    return signed_in(two_sites.a, make_member(two_sites.a, "editor"))


def text_of(answer) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def workbook(*rows, head=HEAD):
    book = Workbook()
    for row in (head, *rows):
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    file.name = "duties.xlsx"
    file.seek(0)
    return file


def send(client, *rows, **options):
    return client.post(f"{ADMIN}import/", {"file": workbook(*rows, **options)}, follow=True)


def test_a_duty_is_added_changed_and_removed_in_the_ledger(two_sites, editor):
    editor.post(f"{ADMIN}new/", line())
    with enter_site(two_sites.a):
        duty = Duty.objects.get()
    editor.post(f"{ADMIN}{duty.pk}/", line(state="done"))
    assert "已完成" in text_of(editor.get(ADMIN))
    editor.post(f"{ADMIN}{duty.pk}/delete/")
    with enter_site(two_sites.a):
        assert not Duty.objects.exists()
    entries = LedgerEntry.objects.filter(chain="kongtong", action__startswith="duties.").order_by("position")
    assert [each.action for each in entries] == ["duties.added", "duties.changed", "duties.removed"]
    assert entries[1].detail["to"] == {"duty_state": "已完成"}


def test_a_line_is_on_the_list_once_and_what_is_missing_is_said(two_sites, editor):
    editor.post(f"{ADMIN}new/", line())
    assert "都相同的一条" in text_of(editor.post(f"{ADMIN}new/", line()))
    assert "未能保存" in text_of(editor.post(f"{ADMIN}new/", line(unit="")))
    with enter_site(two_sites.a):
        assert Duty.objects.count() == 1


def test_who_may(two_sites, client_of, signed_in):
    paths = [ADMIN, f"{ADMIN}new/", f"{ADMIN}import/", f"{ADMIN}export.xlsx", f"{ADMIN}report/"]
    auditor = signed_in(two_sites.a, make_member(two_sites.a, "auditor"))
    assert {auditor.get(path).status_code for path in paths} == {404}
    assert {client_of(two_sites.a).get(path).status_code for path in paths} == {302}
    admin = signed_in(two_sites.a, make_member(two_sites.a, "site_admin"))
    assert {admin.get(path).status_code for path in paths} == {200}


def test_overdue_follows_from_the_date(two_sites, editor, client_of):
    editor.post(f"{ADMIN}new/", line(unit="甲局", deadline=day(-1)))
    editor.post(f"{ADMIN}new/", line(unit="乙局", deadline=day(-1), state="done"))
    editor.post(f"{ADMIN}new/", line(unit="丙局", deadline=day(0), state="under_way"))
    editor.get(ADMIN)  # shows the messages of what was saved, once
    listed = {
        state: text_of(editor.get(ADMIN, {"state": state})) for state in ("overdue", "planned", "under_way", "done")
    }
    assert "甲局" in listed["overdue"]
    assert "乙局" not in listed["overdue"]
    assert "丙局" not in listed["overdue"]
    assert "甲局" not in listed["planned"]
    assert "丙局" in listed["under_way"]
    assert "乙局" in listed["done"]
    assert "已逾期" in text_of(client_of(two_sites.a).get(PUBLIC))


def test_a_workbook_goes_out_and_comes_in_again(two_sites, editor):
    editor.post(f"{ADMIN}new/", line(note="=1+1"))
    book = load_workbook(io.BytesIO(editor.get(f"{ADMIN}export.xlsx").content))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0] == tuple(HEAD)
    assert rows[1][8] == "'=1+1"
    again = send(editor, *rows[1:])
    assert "新增 0 条，修改 0 条" in text_of(again)
    changed = [*rows[1][:6], "已完成", *rows[1][7:]]
    assert "新增 1 条，修改 1 条" in text_of(
        send(editor, changed, [2026, "新局", "某法", "", "发资料", "2026年6月30日", "", "", ""])
    )
    with enter_site(two_sites.a):
        assert sorted(Duty.objects.values_list("unit", "state", "note")) == [
            ("公安局", "done", "=1+1"),
            ("新局", "planned", ""),
        ]


def test_errors_are_told_by_row_and_column_and_nothing_is_imported(two_sites, editor):
    good = [2026, "甲局", "甲法", "青少年", "讲座", "2026-06-30", "进行中", "", ""]
    bad = [26, "", "乙法", "老人", "讲座", "2026-02-31", "快了", "", ""]
    html = text_of(send(editor, good, bad, good))
    for words in (
        "A 列 年度",
        "B 列 责任单位",
        "D 列 宣传对象",
        "F 列 完成时限",
        "G 列 进度",
        "不是日期",
        "与第 2 行重复",
    ):
        assert words in html
    assert "第 3 行" in html
    assert "第 4 行" in html
    with enter_site(two_sites.a):
        assert not Duty.objects.exists()


@pytest.mark.parametrize(
    ("head", "words"),
    [(HEAD[:4], "第一行缺少这些列：宣传形式、完成时限"), (HEAD, "没有内容")],
    ids=["columns", "empty"],
)
def test_useless_workbooks(editor, head, words):
    assert words in text_of(send(editor, head=head))


def test_what_is_no_workbook_is_refused(editor):
    file = io.BytesIO(b"PK\x03\x04 broken")
    file.name = "duties.xlsx"
    assert "error-message" in text_of(editor.post(f"{ADMIN}import/", {"file": file}))


def test_readers_see_the_list_of_a_year_without_notes(two_sites, editor, client_of):
    editor.post(f"{ADMIN}new/", line())
    editor.post(f"{ADMIN}new/", line(year="2025", unit="去年的局"))
    html = text_of(client_of(two_sites.a).get(PUBLIC))
    assert "公安局" in html
    assert "《刑法》" in html
    assert "0933-0000000" in html
    assert "内部备注" not in html
    assert "去年的局" not in html
    assert "去年的局" in text_of(client_of(two_sites.a).get(PUBLIC, {"year": "2025"}))
    assert "还没有公布" in text_of(client_of(two_sites.b).get(PUBLIC))


def test_queries_of_the_public_list_do_not_grow(two_sites, editor, client_of):
    client, counts = client_of(two_sites.a), []
    for unit in ("一", "二", "三", "四"):
        editor.post(f"{ADMIN}new/", line(unit=f"{unit}局"))
        client.get(PUBLIC)
        with CaptureQueriesContext(connection) as queries:
            client.get(PUBLIC)
        counts.append(len(queries))
    assert len(set(counts)) == 1


def test_the_report_counts_by_state_and_draws(editor):
    editor.post(f"{ADMIN}new/", line(deadline=day(-1)))
    editor.post(f"{ADMIN}new/", line(unit="乙局", state="done"))
    html = text_of(editor.get(f"{ADMIN}report/"))
    assert "<dt>已逾期</dt><dd>1</dd>" in html
    assert "<dt>已完成</dt><dd>1</dd>" in html
    for by in ("units", "audiences"):
        svg = editor.get(f"{ADMIN}report/{by}.svg", {"narrow": "1"})
        assert svg.headers["Content-Type"] == "image/svg+xml"
        assert b"<script" not in svg.content
    assert editor.get(f"{ADMIN}report/else.svg").status_code == 404


def test_the_centre_sees_all_counties_in_the_same_transaction(two_sites, city, editor, signed_in):
    editor.post(f"{ADMIN}new/", line(deadline=day(-1)))
    other = signed_in(two_sites.b, make_member(two_sites.b, "editor"))
    other.post(f"{ADMIN}new/", line(state="done"))
    centre = signed_in(city, make_central())
    html = text_of(centre.get("/admin/console/duties/"))
    assert two_sites.a.short_name in html
    assert two_sites.b.short_name in html
    assert "100%" in html
    csv = centre.get("/admin/console/duties/download/").content.decode("utf-8-sig").splitlines()
    assert f"{two_sites.a.name},2026,1,1,0,0,0,0%" in csv
    assert b"<svg" in centre.get("/admin/console/duties/chart.svg").content
    assert editor.get("/admin/console/duties/").status_code == 404
    with enter_site(two_sites.a), transaction.atomic():
        duty = Duty.objects.get()
    editor.post(f"{ADMIN}{duty.pk}/", line(year="2027"))
    assert set(DutyStanding.objects.values_list("site__schema_name", "year")) == {
        ("kongtong", 2027),
        ("jingning", 2026),
    }
    editor.post(f"{ADMIN}{duty.pk}/delete/")
    assert list(DutyStanding.objects.values_list("site__schema_name", flat=True)) == ["jingning"]
