"""Sitting a quiz as a reader does: answering and handing in; once, twice, late, and without script."""

import re
from datetime import timedelta

import pytest
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from legal_education.quiz.models import Question
from legal_education.quiz.tasks import finish_attempts
from tenants.connection import connection
from tenants.current import enter_site
from tests.quiz.samples import FULL, get_attempt, make_quiz, move_start, saved_letters


def result_of(reader):
    return reader.client.get(f"{reader.paper_url}result/").content.decode()


def test_reader_enters_answers_and_gets_points_with_explanations(two_sites, quiz, reader_of):
    reader = reader_of(quiz).enter().answer_all()
    answer = reader.hand_in()
    assert answer.headers["Location"] == f"{reader.paper_url}result/"
    page = result_of(reader)
    assert re.search(rf"<dt>得分（满分 {FULL}）</dt><dd>{FULL}</dd>", page)
    assert page.count("解析：") == 6
    assert "《中华人民共和国宪法》第二十七条" in page
    attempt = get_attempt(two_sites.a, reader.attempt_id)
    assert (attempt.score, attempt.marks, attempt.is_best) == (FULL, "111111", True)


def test_one_choice_too_few_or_too_many_is_worth_nothing(two_sites, quiz, reader_of):
    reader = reader_of(quiz).enter()
    *_, first, second = reader.questions()
    reader.answer(first.position, first.letters()[:-1])
    reader.answer(second.position, "ABCD")
    reader.hand_in()
    assert get_attempt(two_sites.a, reader.attempt_id).score == 0


def test_paper_follows_the_rules_and_differs_from_person_to_person(two_sites, quiz, reader_of):
    papers = [reader_of(quiz).enter().questions() for _ in range(4)]
    for paper in papers:
        assert [question.inputs for question in paper] == ["radio"] * 4 + ["checkbox"] * 2
        assert len({question.text for question in paper}) == 6
    assert len({tuple((q.text, *q.options.values()) for q in paper) for paper in papers}) > 1


def test_no_page_before_the_end_says_what_is_right(two_sites, quiz, reader_of):
    """What a paper says is the same whatever the answers are: they are changed underneath, and nothing changes."""
    reader = reader_of(quiz).enter()
    urls = [reader.paper_url, reader.home_url, f"/pufa/quiz/{quiz.pk}/", "/pufa/quiz/"]
    token = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|data-left="\d+"')
    before = [token.sub("", reader.client.get(url).content.decode()) for url in urls]
    saved = reader.answer(0, "A").content
    with enter_site(two_sites.a):
        Question.objects.filter(kind="multiple").update(answer="AB", explanation="另一个解析")
        Question.objects.filter(kind="single").update(answer="D", explanation="另一个解析", law="另一部法")
        Question.objects.filter(kind="true_false").update(answer="B", explanation="另一个解析")
    reader.answer(0, "", turn=2)
    after = [token.sub("", reader.client.get(url).content.decode()) for url in urls]
    with enter_site(two_sites.a):
        turn = 'name="t0" value="0"', 'name="t0" value="2"'
    assert [page.replace(*turn) for page in before] == after
    assert saved == reader.answer(0, "B", turn=3).content, "the answer to a save knows of right and wrong"
    assert not any("解析：" in page for page in before)


def test_every_answer_costs_one_statement_and_no_session(two_sites, quiz, reader_of):
    reader = reader_of(quiz).enter()
    reader.answer(0, "A")
    with CaptureQueriesContext(connection) as queries:
        assert reader.answer(1, "B").json() == {"saved": True}
    of_the_quiz = [query["sql"] for query in queries if "legal_quiz" in query["sql"]]
    assert len(of_the_quiz) == 1
    assert len(queries) <= 4, [query["sql"] for query in queries]


def test_answer_that_comes_again_or_too_late_undoes_no_newer_one(two_sites, quiz, reader_of):
    reader = reader_of(quiz).enter()
    assert reader.answer(0, "A", turn=1).json() == {"saved": True}
    assert reader.answer(0, "A", turn=1).json() == {"saved": True}
    assert reader.answer(0, "B", turn=2).json() == {"saved": True}
    replayed = reader.answer(0, "A", turn=1)
    assert (replayed.status_code, replayed.json()["why"]) == (409, "outdated")
    assert saved_letters(two_sites.a, reader.attempt_id) == {0: "B"}


def test_answer_can_be_taken_back(two_sites, quiz, reader_of):
    reader = reader_of(quiz).enter()
    reader.answer(0, "A", turn=1)
    assert reader.questions()[0].checked == ["A"]
    reader.answer(0, "", turn=2)
    assert reader.questions()[0].checked == []


@pytest.mark.parametrize(
    "data",
    [
        {"position": "0", "chosen": "Z", "turn": "1"},
        {"position": "0", "chosen": "A" * 9, "turn": "1"},
        {"position": "-1", "chosen": "A", "turn": "1"},
        {"position": "0", "chosen": "A", "turn": "99999999999"},
        {"position": "0", "chosen": "A", "turn": "x"},
        {"chosen": "A"},
    ],
)
def test_what_no_form_sends_is_refused(two_sites, quiz, reader_of, data):
    reader = reader_of(quiz).enter()
    assert reader.client.post(f"{reader.paper_url}answer/", data).status_code == 400
    assert reader.answer(6, "A").status_code == 404, "there are six questions"
    assert saved_letters(two_sites.a, reader.attempt_id) == {}


def test_late_answers_are_refused_with_words_and_what_was_saved_counts(two_sites, quiz, reader_of):
    reader = reader_of(quiz).enter()
    first, *others = reader.questions()
    reader.answer(first.position, first.letters())
    move_start(reader.client.defaults["HTTP_HOST"], reader.attempt_id, timezone.now() - timedelta(minutes=21))
    late = reader.answer(1, others[0].letters())
    assert (late.status_code, late.json()["words"]) == (409, "答题时间已到，这个答案没有保存。")
    form = {f"q{question.position}": list(question.letters()) for question in others}
    answer = reader.hand_in(form)
    assert answer.headers["Location"].endswith("/result/?late=1")
    assert "时间已到，按到时之前保存的答案评分" in reader.client.get(answer.headers["Location"]).content.decode()
    attempt = get_attempt(two_sites.a, reader.attempt_id)
    assert (attempt.score, attempt.seconds) == (5, 20 * 60)


def test_paper_over_its_time_leads_to_the_result(two_sites, quiz, reader_of):
    reader = reader_of(quiz).enter()
    move_start(reader.client.defaults["HTTP_HOST"], reader.attempt_id, timezone.now() - timedelta(minutes=21))
    assert reader.client.get(reader.paper_url).headers["Location"] == f"{reader.paper_url}result/"
    assert get_attempt(two_sites.a, reader.attempt_id).score == 0


def test_attempt_that_nobody_hands_in_is_marked_by_the_job(two_sites, quiz, reader_of):
    reader = reader_of(quiz).enter().answer_all()
    other = reader_of(quiz).enter()
    move_start(reader.client.defaults["HTTP_HOST"], reader.attempt_id, timezone.now() - timedelta(minutes=21))
    with enter_site(two_sites.a):
        assert finish_attempts() == 1
    assert get_attempt(two_sites.a, reader.attempt_id).score == FULL
    assert get_attempt(two_sites.a, other.attempt_id).submitted_at is None


def test_deadline_is_not_after_the_end_of_the_quiz(two_sites, admin, reader_of):
    closes = timezone.now() + timedelta(minutes=3)
    quiz = make_quiz(two_sites.a, admin, closes_at=closes)
    assert get_attempt(two_sites.a, reader_of(quiz).enter().attempt_id).deadline == quiz.closes_at


def test_handing_in_twice_changes_nothing(two_sites, quiz, reader_of):
    reader = reader_of(quiz).enter().answer_all()
    reader.hand_in()
    before = get_attempt(two_sites.a, reader.attempt_id)
    wrong = {f"q{n}": "A" for n in range(6)} | {f"t{n}": "99" for n in range(6)}
    assert reader.hand_in(wrong).status_code == 302
    after = get_attempt(two_sites.a, reader.attempt_id)
    assert (after.score, after.submitted_at, after.seconds) == (FULL, before.submitted_at, before.seconds)
    refused = reader.answer(0, "A", turn=100)
    assert (refused.status_code, refused.json()["words"]) == (409, "已经交卷，不能再改。")
    assert len(saved_letters(two_sites.a, reader.attempt_id)) == 6


def test_whole_paper_works_as_a_plain_form(two_sites, quiz, reader_of):
    reader = reader_of(quiz).enter()
    questions = reader.questions()
    form = {f"q{q.position}": list(q.letters()) for q in questions[:3]} | {f"t{q.position}": "0" for q in questions}
    saved = reader.client.post(reader.paper_url, {**form, "save": "1"}, follow=True)
    assert "答案已保存。" in saved.content.decode()
    assert [bool(question.checked) for question in reader.questions()] == [True] * 3 + [False] * 3
    form = {f"q{q.position}": list(q.letters()) for q in questions} | {f"t{q.position}": "0" for q in questions}
    reader.hand_in(form)
    assert get_attempt(two_sites.a, reader.attempt_id).score == FULL


def test_form_with_a_word_that_is_no_answer_is_refused_and_hands_nothing_in(two_sites, quiz, reader_of):
    reader = reader_of(quiz).enter()
    assert reader.hand_in({"q0": "<script>"}).status_code == 400
    assert get_attempt(two_sites.a, reader.attempt_id).submitted_at is None
