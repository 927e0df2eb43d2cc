"""Ranking with ties, certificates and their verification, the draw and its sum done by hand, the workbook."""

import hashlib
import io
import re
import subprocess
from datetime import timedelta

import pytest
from defusedxml import ElementTree
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import LedgerEntry
from legal_education.quiz.models import Attempt, Certificate, Draw, Participant
from legal_education.quiz.models.quizzes import Prize
from legal_education.quiz.organising.actions import QuizRefused, save_quiz
from legal_education.quiz.results.drawing import DrawRefused, draw_tickets, hold_draw
from legal_education.quiz.results.figures import count_by_band, get_figures, list_by_question
from legal_education.quiz.results.ranking import get_ranking
from tenants.current import enter_site
from tests.factories import make_member
from tests.quiz.samples import FULL, RULES, draft, end_quiz, fill_bank, make_quiz

SEED = "26131 4 0 7 2 9"


@pytest.fixture
def sat(two_sites, quiz, reader_of):
    """Five people: two alike, one slower, one with fewer points, one who never handed in."""
    people = [
        reader_of(quiz).sit(seconds=90, name="张三丰", region="崆峒区", unit="学校"),
        reader_of(quiz).sit(seconds=90, name="李四", region="静宁县", unit="学校"),
        reader_of(quiz).sit(seconds=200, name="欧阳娜娜", region="静宁县", unit="企业"),
        reader_of(quiz).sit(right=1, seconds=10, name="王五", region="静宁县", unit="企业"),
    ]
    reader_of(quiz).enter(name="赵六")
    return people


def codes_of(site):
    with enter_site(site):
        return dict(Certificate.objects.values_list("participant__name", "code"))


def test_ranking_by_points_then_time_and_equals_share_a_place(two_sites, quiz, sat):
    with enter_site(two_sites.a):
        Attempt.objects.filter(seconds__in=(90, 91)).update(seconds=90)  # whatever the clock did between two requests
        persons, regions, units = get_ranking(quiz)
    assert [(row.place, row.name) for row in persons] == [(1, "张*丰"), (1, "李*"), (3, "欧**娜"), (4, "王*")]
    assert [(row.name, row.people, row.full) for row in regions] == [("静宁县", 3, 2), ("崆峒区", 1, 1)]
    assert [(row.place, row.name, row.people) for row in units] == [(1, "学校", 2), (2, "企业", 2)]


def test_ranking_page_masks_names_and_shows_no_telephone(two_sites, quiz, sat, client_of):
    page = client_of(two_sites.a).get(f"/pufa/quiz/ranking/{quiz.pk}/").content.decode()
    assert "欧**娜" in page
    assert not re.search(r"欧阳娜娜|张三丰|1[3-9]\d{9}", page)


def test_certificate_is_its_owners_and_everybody_may_verify_it(two_sites, quiz, sat, client_of):
    owner, stranger = sat[2].client, client_of(two_sites.a)
    code = codes_of(two_sites.a)["欧阳娜娜"]
    picture = owner.get(f"/pufa/quiz/take/{quiz.pk}/certificate.svg")
    assert picture.headers["Content-Type"].startswith("image/svg+xml")
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    words = "".join(ElementTree.fromstring(picture.content).itertext())
    for shown in ("欧阳娜娜", quiz.title, f"{FULL}", code, "平凉市崆峒区司法局"):
        assert shown in words
    assert stranger.get(f"/pufa/quiz/take/{quiz.pk}/certificate.svg").status_code == 404
    page = stranger.get(f"/pufa/quiz/verify/{code}/").content.decode()
    assert "欧**娜" in page
    assert f"{FULL}（满分 {FULL}）" in page
    assert "欧阳娜娜" not in page
    assert "王五" not in codes_of(two_sites.a), "below the line there is none"


def test_code_is_found_however_it_is_typed_and_no_other_is(two_sites, quiz, sat, client_of):
    client, code = client_of(two_sites.a), codes_of(two_sites.a)["李四"]
    typed = f" {code.lower().replace('-', ' ')}"
    assert client.get("/pufa/quiz/verify/", {"code": typed}).headers["Location"] == f"/pufa/quiz/verify/{code}/"
    for wrong in ("AAAA-BBBB-CCCC", "x", "<script>alert(1)</script>", code[:-1]):
        answer = client.get("/pufa/quiz/verify/", {"code": wrong})
        assert (answer.status_code, "没有验证码为" in answer.content.decode()) == (404, True)
        assert "<script>alert" not in answer.content.decode()


def test_name_cannot_write_into_the_picture(two_sites, quiz, sat):
    with enter_site(two_sites.a):
        Participant.objects.filter(name="欧阳娜娜").update(name="</text><script>x")
    svg = sat[2].client.get(f"/pufa/quiz/take/{quiz.pk}/certificate.svg").content.decode()
    assert "<script>" not in svg


# --- The draw -----------------------------------------------------------------------------------------------------


def test_draw_is_recomputed_by_hand(two_sites, admin, quiz, sat, client_of):
    end_quiz(two_sites.a, quiz)
    with enter_site(two_sites.a):
        Attempt.objects.filter(submitted_at__isnull=True).update(deadline=timezone.now() - timedelta(seconds=1))
        hold_draw(quiz, SEED, acting_user=admin, now=timezone.now())
    client = client_of(two_sites.a)
    page = client.get(f"/pufa/quiz/{quiz.pk}/draw/").content.decode()
    codes = client.get(f"/pufa/quiz/{quiz.pk}/draw/codes.txt").content.decode().split()
    found = codes_of(two_sites.a)
    assert codes == sorted(found[name] for name in ("张三丰", "李四", "欧阳娜娜"))
    order = sorted(codes, key=lambda code: hashlib.sha256(f"{SEED}:{code}".encode()).hexdigest())
    table = re.findall(r"<tr><td>(.等奖)</td>.*?verify/([\w-]{14})/", page)
    assert table == list(zip(("一等奖", "二等奖", "二等奖"), order, strict=True))
    printed = re.search(r"<code>(printf .*?\| sha256sum)\n(\w{64})</code>", page.replace("&#x27;", "'"))
    done = subprocess.run(["bash", "-c", printed[1]], capture_output=True, text=True, check=True)
    assert done.stdout.split()[0] == printed[2]
    assert "张三丰" not in page
    entry = LedgerEntry.objects.filter(chain="kongtong", action="quiz.draw").get()
    assert entry.detail["draw_seed"] == SEED
    assert entry.detail["codes_sha256"] == hashlib.sha256("\n".join(codes).encode()).hexdigest()


def test_draw_is_held_once_after_the_end_by_an_administrator(two_sites, admin, quiz, sat):
    now = timezone.now()
    with enter_site(two_sites.a), pytest.raises(DrawRefused, match="活动结束后"):
        hold_draw(quiz, SEED, acting_user=admin, now=now)
    end_quiz(two_sites.a, quiz)
    editor = make_member(two_sites.a, "editor")
    with enter_site(two_sites.a):
        with pytest.raises(PermissionDenied):
            hold_draw(quiz, SEED, acting_user=editor, now=now)
        with pytest.raises(DrawRefused, match="正在答题"):
            hold_draw(quiz, SEED, acting_user=admin, now=now)
        Attempt.objects.filter(submitted_at__isnull=True).update(deadline=now - timedelta(seconds=1))
        with pytest.raises(DrawRefused, match="种子"):
            hold_draw(quiz, "  ", acting_user=admin, now=now)
        hold_draw(quiz, SEED, acting_user=admin, now=now)
        with pytest.raises(DrawRefused, match="已经抽过"):
            hold_draw(quiz, "another", acting_user=admin, now=now)
        assert Draw.objects.get().seed == SEED
        quiz.refresh_from_db()
        quiz.prizes = "特等奖 1"
        with pytest.raises(QuizRefused, match="已经抽奖"):
            save_quiz(quiz, RULES, acting_user=admin)


def test_more_prizes_than_people_and_fewer():
    codes = ["AAAA-AAAA-AAAA", "BBBB-BBBB-BBBB"]
    few, many = ([ticket.prize for ticket in draw_tickets("s", codes, [Prize("奖", n)])] for n in (1, 9))
    assert (few, many) == (["奖", ""], ["奖", "奖"])
    assert {ticket.code for ticket in draw_tickets("s", codes, [])} == set(codes)


# --- Figures and the workbook ---------------------------------------------------------------------------------------


def test_figures_count_people_and_not_attempts(two_sites, quiz, sat):
    sat[0].begin()
    sat[0].hand_in()
    with enter_site(two_sites.a):
        figures = get_figures(quiz)
        bands = dict(count_by_band(quiz))
        questions = list_by_question(quiz)
    assert (figures.people, figures.finished_people, figures.attempts, figures.full) == (5, 4, 6, 3)
    assert (bands["满分"], sum(bands.values())) == (3, 4)
    assert sum(row.asked for row in questions) == 5 * 6
    assert sum(row.right for row in questions) == 3 * 6 + 1
    assert [row.percent for row in questions] == sorted(row.percent for row in questions)


def test_workbook_has_all_results_and_whole_telephones_of_winners_alone(two_sites, admin, quiz, sat, signed_in):
    end_quiz(two_sites.a, quiz)
    with enter_site(two_sites.a):
        Attempt.objects.filter(submitted_at__isnull=True).update(deadline=timezone.now() - timedelta(seconds=1))
        Participant.objects.filter(name="王五").update(unit="=1+1")
        hold_draw(quiz, SEED, acting_user=admin, now=timezone.now())
    client = signed_in(two_sites.a, admin)
    book = load_workbook(io.BytesIO(client.get(f"/admin/quiz/{quiz.pk}/export.xlsx").content))
    assert book.sheetnames == ["成绩", "按地区", "按单位", "逐题", "中奖"]
    results = list(book["成绩"].iter_rows(min_row=2, values_only=True))
    assert sorted(row[1] for row in results) == sorted(["张三丰", "李四", "欧阳娜娜", "王五", "赵六"])
    assert all(re.fullmatch(r"1\d{2}\*{4}\d{4}", row[4]) for row in results)
    assert [row[0] for row in results][:3] in ([1, 1, 3], [1, 2, 3])
    cell = next(cell for row in book["成绩"].iter_rows() for cell in row if cell.value == "=1+1")
    assert cell.data_type == "s", "a formula out of a stranger's word"
    winners = list(book["中奖"].iter_rows(min_row=2, values_only=True))
    assert {row[1] for row in winners} == {"张三丰", "李四", "欧阳娜娜"}
    assert all(re.fullmatch(r"1\d{10}", row[4]) for row in winners)
    assert LedgerEntry.objects.filter(chain="kongtong", action="quiz.exported").count() == 1


def test_nobody_below_full_marks_has_a_ticket_where_the_line_is_lower(two_sites, admin, reader_of):
    quiz = make_quiz(two_sites.a, admin, certificate_score=1)
    reader_of(quiz).sit(right=5)
    end_quiz(two_sites.a, quiz)
    with enter_site(two_sites.a):
        assert Certificate.objects.count() == 1
        with pytest.raises(DrawRefused, match="没有人得满分"):
            hold_draw(quiz, SEED, acting_user=admin, now=timezone.now())


def test_bank_of_another_topic_does_not_fill_a_rule(two_sites, admin):
    fill_bank(two_sites.a, admin, topic="民法典")
    with pytest.raises(QuizRefused, match="题库中的题目不够"):
        make_quiz(two_sites.a, admin, bank=False, certificate_score=None, rules=(("single", "刑法", 1, 5),))
    assert draft().topic == "宪法"
