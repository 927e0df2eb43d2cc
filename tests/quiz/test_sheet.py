"""Workbooks of questions: what is right is imported, what is wrong is told by row and column, and nothing by halves."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from accounts.models import LedgerEntry
from legal_education.quiz.bank.actions import add_question
from legal_education.quiz.bank.sheet import COLUMNS, SheetUnreadable, read_sheet
from legal_education.quiz.bank.sheet_template import write_template
from legal_education.quiz.models import BankImport, Question
from tenants.current import enter_site
from tests.factories import make_member
from tests.quiz.samples import draft

HEAD = ("题型", "题目", "选项A", "选项B", "选项C", "选项D", "答案", "法律依据", "解析", "主题")
LAW, WHY = "《宪法》第一条", "因为如此。"
GOOD = ("单选题", "好的一道题？", "甲", "乙", "丙", None, "b", LAW, WHY, "宪法")


def book(*rows, head=HEAD, merge=()):
    made = Workbook()
    sheet = made.active
    for row in (head, *rows):
        sheet.append(row)
    for cells in merge:
        sheet.merge_cells(cells)
    buffer = io.BytesIO()
    made.save(buffer)
    buffer.seek(0)
    return buffer


def errors_of(*rows, **options):
    found = read_sheet(book(*rows, **options))
    return [(error.row, error.letter, error.column, error.message) for error in found.errors]


def row(kind="单选题", text="题？", options=("甲", "乙"), answer="A", law=LAW, why=WHY):
    padded = [*options, None, None, None, None][:4]
    return (kind, text, *padded, answer, law, why, "")


@pytest.mark.parametrize(
    ("wrong", "place", "words"),
    [
        (row(kind="填空题"), ("A", "题型"), "不认识的题型“填空题”"),
        (row(kind=None), ("A", "题型"), "缺少题型"),
        (row(text=None), ("B", "题目"), "缺少题目"),
        (row(answer=None), ("G", "答案"), "缺少答案"),
        (row(answer="D"), ("G", "答案"), "不在选项 A、B 之中"),
        (row(answer="AB"), ("G", "答案"), "单选题只能有一个答案"),
        (row(kind="多选题", answer="A"), ("G", "答案"), "至少两个"),
        (row(kind="判断题", options=(), answer="也许"), ("G", "答案"), "不在选项"),
        (row(options=("甲",)), ("D", "选项B"), "至少要有两个选项"),
        (row(options=("甲", None, "丙")), ("D", "选项B"), "中间也不能跳过"),
        (row(options=("甲", "甲")), ("E", "选项C"), "有两个选项一样"),
        (row(law=None), ("H", "法律依据"), "缺少法律依据"),
        (row(why=None), ("I", "解析"), "缺少解析"),
        (row(text="长" * 501), ("B", "题目"), "超过 500 字"),
    ],
)
def test_error_stands_at_its_row_and_column(wrong, place, words):
    found = errors_of(GOOD, wrong)
    assert [(line, letter, column) for line, letter, column, _ in found] == [(3, *place)]
    assert words in found[0][3]


def test_double_is_told_whatever_the_punctuation():
    found = errors_of(GOOD, row(text="好的，一道题"))
    assert [(line, column) for line, _, column, _ in found] == [(3, "题目")]
    assert "第 2 行" in found[0][3]


def test_merged_cells_are_errors_in_every_row_that_they_cover():
    found = errors_of(row(text="一？"), row(text="二？"), row(text="三？"), merge=["H2:H3"])
    assert {(line, letter) for line, letter, _, _ in found} == {(2, "H"), (3, "H")}
    assert any("H2:H3 是合并的" in message for *_, message in found)


def test_what_people_write_is_understood():
    found = read_sheet(
        book(
            ("判断", "一？", None, None, None, None, "√", LAW, WHY, ""),
            ("是非题", "二？", None, None, None, None, "错", LAW, WHY, ""),
            ("判断题", "三？", None, None, None, None, True, LAW, WHY, ""),
            ("多选", "四？", 1, 2.0, 3.5, "丁", "d、a", LAW, WHY, ""),
            (None,) * 10,
            ("单选", "五？", "甲", "乙", None, None, " b ", LAW, WHY, ""),
        )
    )
    assert not found.errors
    assert [each.answer for _, each in found.drafts] == ["A", "B", "A", "AD", "B"]
    assert found.drafts[3][1].options == ("1", "2", "3.5", "丁")
    assert [line for line, _ in found.drafts] == [2, 3, 4, 5, 7]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (lambda: io.BytesIO(b"not a workbook"), "不是 xlsx"),
        (lambda: io.BytesIO(b""), "不是 xlsx"),
        (lambda: book(head=("题目", "答案")), "缺少这些列：题型、选项A"),
        (lambda: book(head=(*HEAD, "题目")), "两个“题目”列"),
        (book, "没有题目"),
        (lambda: book(*[row(text=f"{n}？") for n in range(5001)]), "最多导入 5000 题"),
    ],
)
def test_file_of_no_use_is_refused_with_a_reason(file, words):
    with pytest.raises(SheetUnreadable, match=words):
        read_sheet(file())


def test_zip_that_is_no_workbook_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
    with pytest.raises(SheetUnreadable):
        read_sheet(buffer)


def test_template_can_be_imported_as_it_is():
    found = read_sheet(io.BytesIO(write_template()))
    assert not found.errors
    assert [each.kind for _, each in found.drafts] == ["true_false", "single", "multiple"]
    assert load_workbook(io.BytesIO(write_template())).sheetnames == ["题目", "填写说明"]
    assert set(HEAD) <= set(COLUMNS)


# --- Through the screens ------------------------------------------------------------------------------------------

IMPORT = "/admin/quiz/questions/import/"


@pytest.fixture
def editor(two_sites, signed_in):
    return signed_in(two_sites.a, make_member(two_sites.a, "editor"))


def send(client, file):
    return client.post(IMPORT, {"file": SimpleUploadedFile("题目.xlsx", file.read())})


def test_workbook_without_errors_is_imported_at_once(two_sites, editor):
    assert send(editor, book(GOOD, row(text="又一题？"))).headers["Location"] == "/admin/quiz/questions/"
    with enter_site(two_sites.a):
        assert Question.objects.count() == 2
        assert Question.objects.get(text="好的一道题？").answer == "B"
    entry = LedgerEntry.objects.filter(chain="kongtong", action="quiz.questions_imported").get()
    assert entry.detail == {"question_file": "题目.xlsx", "question_count": 2}


def test_with_an_error_nothing_is_imported_until_the_person_says_so(two_sites, editor):
    answer = send(editor, book(GOOD, row(answer="D"), row(text="又一题？")))
    with enter_site(two_sites.a):
        assert Question.objects.count() == 0
    page = editor.get(answer.headers["Location"]).content.decode()
    for words in ("有 1 行有错误，2 行正确", "第 3 行", "G 列", "导入正确的行（2 题）"):
        assert words in page
    editor.post(answer.headers["Location"], {"import": "1"})
    with enter_site(two_sites.a):
        assert set(Question.objects.values_list("text", flat=True)) == {"好的一道题？", "又一题？"}
        assert not BankImport.objects.exists()


def test_question_that_the_bank_has_already_is_an_error(two_sites, editor):
    with enter_site(two_sites.a):
        add_question(draft("single", text="好的一道题"), acting_user=make_member(two_sites.a, "site_admin"))
    answer = send(editor, book(GOOD))
    page = editor.get(answer.headers["Location"]).content.decode()
    assert "题库里已经有这道题" in page
    assert "导入正确的行" not in page
    editor.post(answer.headers["Location"], {"forget": "1"})
    assert editor.get(answer.headers["Location"]).status_code == 404


def test_waiting_import_is_its_makers_alone(two_sites, editor, signed_in):
    answer = send(editor, book(GOOD, row(answer="D")))
    other = signed_in(two_sites.a, make_member(two_sites.a, "editor", "other-editor"))
    assert other.get(answer.headers["Location"]).status_code == 404
    assert other.post(answer.headers["Location"], {"import": "1"}).status_code == 404


def test_file_that_only_claims_to_be_a_workbook_is_refused(editor):
    answer = editor.post(IMPORT, {"file": SimpleUploadedFile("x.xlsx", b"%PDF-1.4")})
    assert "x.xlsx" in answer.content.decode()
    with enter_site("kongtong"):
        assert not Question.objects.exists()
