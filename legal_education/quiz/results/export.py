"""The organiser's workbook: results, groups, questions, and who won. Telephone numbers of winners alone are whole."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from legal_education.quiz.models import Certificate, Draw, Quiz

from .figures import list_by_question
from .ranking import list_best, list_groups

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def write_workbook(quiz: Quiz) -> bytes:
    """As xlsx."""
    book = Workbook(write_only=True)
    _add(
        book,
        "成绩",
        ("名次", "姓名", "地区", "单位", "手机号", "得分", "用时（秒）", "交卷时间", "证书"),
        _list_results(quiz),
    )
    for name, field in (("地区", "region"), ("单位", "unit")):
        rows = [(row.place, row.name, row.people, row.average, row.full) for row in list_groups(quiz, field)]
        _add(book, f"按{name}", ("名次", name, "完成人数", "平均分", "满分人数"), rows)
    questions = [
        (row.question.text, row.question.get_kind_display(), row.question.topic, row.asked, row.right, row.percent)
        for row in list_by_question(quiz)
    ]
    _add(book, "逐题", ("题目", "题型", "主题", "出现次数", "答对次数", "答对率（%）"), questions)
    draw = Draw.objects.filter(quiz=quiz).first()
    if draw is not None:
        _add(book, "中奖", ("奖项", "姓名", "地区", "单位", "手机号", "证书验证码", "校验值"), _list_winners(draw))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _list_results(quiz: Quiz) -> Iterable[Sequence[Any]]:
    codes = dict(Certificate.objects.filter(participant__quiz=quiz).values_list("participant_id", "code"))
    place, before = 0, None
    for number, attempt in enumerate(list_best(quiz).iterator(chunk_size=1000), 1):
        result = (attempt.score, attempt.seconds)
        place, before = (place if result == before else number), result
        person = attempt.participant
        at = timezone.localtime(attempt.submitted_at).replace(tzinfo=None)
        code = codes.get(person.pk, "")
        yield (place, person.name, person.region, person.unit, person.masked_phone, *result, at, code)


def _list_winners(draw: Draw) -> Iterable[Sequence[Any]]:
    winners = [ticket for ticket in draw.tickets if ticket["prize"]]
    found = Certificate.objects.select_related("participant").filter(code__in=[ticket["code"] for ticket in winners])
    people = {certificate.code: certificate.participant for certificate in found}
    for ticket in winners:
        person = people[ticket["code"]]
        yield (ticket["prize"], person.name, person.region, person.unit, person.phone, ticket["code"], ticket["digest"])


def _add(book: Workbook, title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    sheet = book.create_sheet(title)
    sheet.append(headings)
    for row in rows:
        sheet.append([_as_cell(sheet, value) for value in row])


def _as_cell(sheet: Any, value: Any) -> Any:
    """Text stays text: openpyxl would take “=…” for a formula."""
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    return cell
