"""Screens of organisers: who sees which, what a quiz may no longer change, papers drawn to look at, the ledger."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import LedgerEntry
from legal_education.quiz.bank.actions import add_question, change_question, set_in_use
from legal_education.quiz.models import Question, Quiz, QuizState
from legal_education.quiz.organising.actions import QuizRefused, publish_quiz, save_quiz, withdraw_quiz
from tenants.current import enter_site
from tests.factories import make_member
from tests.quiz.samples import RULES, draft, fill_bank, get_attempt, make_quiz

READING = (
    "",
    "new/",
    "questions/",
    "questions/new/",
    "questions/import/",
    "questions/import/template.xlsx",
    "{quiz}/",
    "{quiz}/preview/",
    "{quiz}/results/",
    "{quiz}/draw/",
    "{quiz}/charts/days.svg",
    "{quiz}/charts/bands.svg?narrow=1",
    "{quiz}/charts/regions.svg",
)


@pytest.fixture
def admin_client(two_sites, admin, signed_in):
    return signed_in(two_sites.a, admin)


@pytest.fixture
def editor(two_sites):
    return make_member(two_sites.a, "editor")


@pytest.mark.parametrize("group", ["site_admin", "editor"])
def test_editors_and_administrators_see_the_screens(two_sites, quiz, reader_of, signed_in, group):
    reader_of(quiz).sit(right=3)
    client = signed_in(two_sites.a, make_member(two_sites.a, group))
    for path in READING:
        assert client.get(f"/admin/quiz/{path.format(quiz=quiz.pk)}").status_code == 200, path
    assert '"/admin/quiz/"' in client.get("/admin/").content.decode().replace("&quot;", '"')


@pytest.mark.parametrize("group", ["reviewer_1", "auditor"])
def test_for_others_they_do_not_exist(two_sites, quiz, signed_in, group):
    client = signed_in(two_sites.a, make_member(two_sites.a, group))
    for path in (*READING, "{quiz}/export.xlsx", "{quiz}/edit/"):
        assert client.get(f"/admin/quiz/{path.format(quiz=quiz.pk)}").status_code == 404, path


def test_editor_neither_publishes_nor_draws_nor_takes_data_out(two_sites, admin, editor, quiz, signed_in):
    client = signed_in(two_sites.a, editor)
    client.post(f"/admin/quiz/{quiz.pk}/state/", {"withdraw": "1"})
    assert client.get(f"/admin/quiz/{quiz.pk}/export.xlsx").status_code in (302, 403)
    client.post(f"/admin/quiz/{quiz.pk}/draw/", {"seed": "1", "is_final": "on"})
    with enter_site(two_sites.a):
        assert Quiz.objects.get(pk=quiz.pk).state == QuizState.PUBLISHED
        assert not hasattr(Quiz.objects.get(pk=quiz.pk), "draw")
        for forbidden in (publish_quiz, withdraw_quiz):
            with pytest.raises(PermissionDenied):
                forbidden(quiz, acting_user=editor)
        with pytest.raises(PermissionDenied):
            save_quiz(quiz, RULES, acting_user=editor)
    assert not LedgerEntry.objects.filter(chain="kongtong", action__in=("quiz.exported", "quiz.draw")).exists()


def form_of(**fields):
    now = timezone.localtime()
    given = {
        "title": "民法典知识答题", "intro": "", "opens_at": f"{now:%Y-%m-%d %H:%M}", "minutes": "15",
        "closes_at": f"{now + timedelta(days=3):%Y-%m-%d %H:%M}", "attempts_a_day": "1", "regions": "城关镇\n威戎镇",
        "units": "", "certificate_score": "", "prizes": "", "seed_source": "",
        "rules-TOTAL_FORMS": "3", "rules-INITIAL_FORMS": "0",
        "rules-0-kind": "single", "rules-0-topic": "宪法", "rules-0-count": "2", "rules-0-points": "5",
    }  # fmt: skip
    return {**given, **fields}


def test_quiz_is_made_drawn_to_look_at_published_and_sat(two_sites, admin, admin_client, reader_of):
    fill_bank(two_sites.a, admin)
    made = admin_client.post("/admin/quiz/new/", form_of())
    assert made.status_code == 302, made.content.decode()
    with enter_site(two_sites.a):
        quiz = Quiz.objects.get()
    preview = admin_client.get(f"/admin/quiz/{quiz.pk}/preview/").content.decode()
    assert preview.count("（正确）") == 2
    assert admin_client.post(f"/admin/quiz/{quiz.pk}/state/", {"publish": "1"}).status_code == 302
    reader = reader_of(quiz)
    entry = {name: value for name, value in reader.entry(region="威戎镇").items() if name != "unit"}
    reader.paper_url = reader.client.post(reader.home_url, entry).headers["Location"]
    assert len(reader.questions()) == 2
    assert get_attempt(two_sites.a, reader.attempt_id).participant.unit == ""
    actions = list(
        LedgerEntry.objects.filter(chain="kongtong", object_type="legal_quiz.quiz").values_list("action", flat=True)
    )
    assert sorted(actions) == ["quiz.made", "quiz.published"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"closes_at": "2020-01-01 00:00"}, "结束时间须在开始时间之后"),
        (
            {"rules-0-kind": "", "rules-0-topic": "", "rules-0-count": "", "rules-0-points": ""},
            "请至少填写一条组卷规则",
        ),
        ({"rules-0-points": ""}, "请填写题型、题数和分值"),
        ({"certificate_score": "11"}, "1 和满分 10 之间"),
        ({"prizes": "一等奖三名"}, "看不懂“一等奖三名”"),
        ({"prizes": "一等奖 3"}, "种子的来源"),
        (
            {"rules-1-kind": "single", "rules-1-topic": "宪法", "rules-1-count": "1", "rules-1-points": "1"},
            "只能有一条",
        ),
        ({"regions": ""}, "必填"),
    ],
)
def test_form_says_what_makes_no_sense(two_sites, admin, admin_client, fields, words):
    fill_bank(two_sites.a, admin, each=1)
    answer = admin_client.post("/admin/quiz/new/", form_of(**fields))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with enter_site(two_sites.a):
        assert not Quiz.objects.exists()


def test_quiz_that_the_bank_cannot_fill_is_not_published(two_sites, admin, admin_client):
    quiz = make_quiz(two_sites.a, admin, bank=False, published=False)
    page = admin_client.post(f"/admin/quiz/{quiz.pk}/state/", {"publish": "1"}, follow=True).content.decode()
    assert "题库中的题目不够" in page
    assert "题库中的题目不够" in admin_client.get(f"/admin/quiz/{quiz.pk}/preview/").content.decode()
    with enter_site(two_sites.a):
        assert Quiz.objects.get().state == QuizState.DRAFT


def test_rules_stay_once_a_paper_was_handed_out(two_sites, admin, quiz, reader_of):
    reader_of(quiz).enter()
    with enter_site(two_sites.a):
        quiz = Quiz.objects.get(pk=quiz.pk)
        quiz.title = "改个名称"
        save_quiz(quiz, RULES, acting_user=admin)
        with pytest.raises(QuizRefused, match="已经有人答题"):
            save_quiz(quiz, (("single", "", 1, 1),), acting_user=admin)
        quiz.minutes = 5
        with pytest.raises(QuizRefused, match="已经有人答题"):
            save_quiz(quiz, RULES, acting_user=admin)
        assert Quiz.objects.get(pk=quiz.pk).title == "改个名称"
        assert Quiz.objects.get(pk=quiz.pk).minutes == 20


def test_paper_keeps_what_it_asked_when_the_bank_changes(two_sites, admin, quiz, reader_of):
    reader = reader_of(quiz).enter().answer_all()
    before = [(question.text, question.options) for question in reader.questions()]
    with enter_site(two_sites.a):
        for question in Question.objects.filter(kind="single"):
            changed = draft("single", text=question.text, options=("新一", "新二"), answer="A")
            change_question(question, changed, acting_user=admin)
        assert Question.objects.filter(is_active=False).count() == 6
    assert [(question.text, question.options) for question in reader.questions()] == before
    reader.hand_in()
    assert get_attempt(two_sites.a, reader.attempt_id).score == 70


def test_explanation_is_changed_in_place(two_sites, admin):
    with enter_site(two_sites.a):
        question = add_question(draft(text="原题？"), acting_user=admin)
        changed = change_question(question, draft(text="原题？", explanation="说清楚些"), acting_user=admin)
        assert (changed.pk, changed.explanation) == (question.pk, "说清楚些")
        assert Question.objects.count() == 1


def test_retired_question_is_in_no_new_paper_and_no_double_comes_back(two_sites, admin):
    with enter_site(two_sites.a):
        question = add_question(draft(text="原题？"), acting_user=admin)
        set_in_use(question, False, acting_user=admin)
        add_question(draft(text="原题"), acting_user=admin)
        with pytest.raises(ValidationError, match="已经有这道题"):
            set_in_use(question, True, acting_user=admin)
        with pytest.raises(ValidationError, match="已经有这道题"):
            add_question(draft(text="原，题"), acting_user=admin)


def test_question_is_written_found_and_changed_by_form(two_sites, admin_client):
    data = {
        "kind": "multiple", "text": "哪些是示例？", "options": "甲\n乙\n丙", "answer": "c a", "law": "《民法典》第十三条",
        "law_url": "/flfg/mfd/", "explanation": "因为。", "topic": "民法典",
    }  # fmt: skip
    assert admin_client.post("/admin/quiz/questions/new/", data).status_code == 302
    with enter_site(two_sites.a):
        question = Question.objects.get()
    assert (question.answer, question.law_address) == ("AC", "/flfg/mfd/#tiao-13")
    assert "哪些是示例" in admin_client.get("/admin/quiz/questions/?q=民法典&kind=multiple").content.decode()
    assert "哪些是示例" not in admin_client.get("/admin/quiz/questions/?q=民法典&kind=single").content.decode()
    page = admin_client.get(f"/admin/quiz/questions/{question.pk}/").content.decode()
    assert "甲\n乙\n丙" in page
    bad = admin_client.post(f"/admin/quiz/questions/{question.pk}/", {**data, "answer": "AF"})
    assert "不在选项 A、B、C 之中" in bad.content.decode()
    admin_client.post(f"/admin/quiz/questions/{question.pk}/use/", {"in_use": "0"})
    assert "哪些是示例" in admin_client.get("/admin/quiz/questions/?state=retired").content.decode()


def test_results_are_found_by_name_and_masked(two_sites, quiz, reader_of, admin_client):
    reader_of(quiz).sit(name="欧阳娜娜", phone="13912345678")
    reader_of(quiz).sit(name="张三丰")
    page = admin_client.get(f"/admin/quiz/{quiz.pk}/results/?q=欧阳").content.decode()
    assert "欧阳娜娜" in page
    assert "张三丰" not in page
    assert "139****5678" in page
    assert "13912345678" not in page
