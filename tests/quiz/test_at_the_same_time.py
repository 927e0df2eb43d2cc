"""Requests of one person that meet: an answer behind a paper that is being handed in, two papers handed in at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.utils import timezone

from delivery.cache.keys import make_environ, read_question
from delivery.watching import written_table
from legal_education.quiz.models import Attempt, Participant
from legal_education.quiz.taking.actions import Entry, begin, enter, hand_in
from legal_education.quiz.taking.saving import Choice, Saved, Sitting, save_answer
from tenants.current import enter_site
from tenants.models import Organisation
from tests.browser.server import wait_until
from tests.quiz.samples import make_admin, make_quiz

ENTRY = Entry("张三丰", "崆峒区", "学校", "13900000001", "0" * 32)
_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@pytest.fixture
def sitting(cluster_db):
    site = Organisation.objects.get(schema_name="kongtong")
    quiz = make_quiz(site, make_admin(site))
    with enter_site(site):
        participant, attempt = enter(quiz, ENTRY, now=timezone.now())
    return Sitting(quiz.pk, participant.pk, attempt.pk)


def in_a_thread(function, *args, **kwargs):
    """Inside 崆峒区's site, on a connection of its own."""

    def run():
        try:
            with enter_site("kongtong"):
                return function(*args, **kwargs)
        finally:
            connection.close()

    return run


def count_waiting():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees what it saw first
        cursor.execute(_WAITING)
        return cursor.fetchone()[0]


def test_answer_behind_a_paper_that_is_handed_in_is_not_acknowledged(sitting):
    late = in_a_thread(save_answer, sitting, 0, Choice("A", 1), now=timezone.now())
    with ThreadPoolExecutor(1) as threads, enter_site("kongtong"):
        with transaction.atomic():
            hand_in(sitting, now=timezone.now())
            waiting = threads.submit(late)
            wait_until(count_waiting)
        assert waiting.result(30) is Saved.HANDED_IN


def test_answer_before_the_paper_is_handed_in_counts(sitting):
    handing = in_a_thread(hand_in, sitting, now=timezone.now())
    with ThreadPoolExecutor(1) as threads, enter_site("kongtong"):
        with transaction.atomic():
            assert save_answer(sitting, 0, Choice("A", 1), now=timezone.now()) is Saved.KEPT
            waiting = threads.submit(handing)
            wait_until(count_waiting)
        attempt = waiting.result(30)
    with enter_site("kongtong"):
        assert attempt.marks[0] in "01"
        assert Attempt.objects.get(pk=attempt.pk).answers.count() == 1


def test_paper_handed_in_many_times_at_once_is_marked_once(sitting):
    gate = Barrier(6)

    def hand_in_at_once():
        gate.wait(30)
        return hand_in(sitting, now=timezone.now(), choices={0: Choice("A", 1)}).submitted_at

    with ThreadPoolExecutor(6) as threads:
        done = [threads.submit(in_a_thread(hand_in_at_once)) for _ in range(6)]
        assert len({each.result(60) for each in done}) == 1


def test_paper_begun_many_times_at_once_is_one(sitting):
    with enter_site("kongtong"):
        hand_in(sitting, now=timezone.now())
        quiz = Participant.objects.get(pk=sitting.participant_id).quiz
    gate = Barrier(4)

    def begin_at_once():
        gate.wait(30)
        return begin(quiz, sitting.participant_id, now=timezone.now()).pk

    with ThreadPoolExecutor(4) as threads:
        done = [threads.submit(in_a_thread(begin_at_once)) for _ in range(4)]
        assert len({each.result(60) for each in done}) == 1
    with enter_site("kongtong"):
        assert Attempt.objects.count() == 2


@pytest.mark.parametrize(
    ("path", "is_kept"),
    [
        ("/pufa/quiz/", True),
        ("/pufa/quiz/1/", True),
        ("/pufa/quiz/1/draw/", True),
        ("/pufa/quiz/take/1/", False),
        ("/pufa/quiz/take/1/2/result/", False),
        ("/pufa/quiz/ranking/1/", False),
        ("/pufa/quiz/verify/AAAA-BBBB-CCCC/", False),
    ],
)
def test_page_cache_asks_for_pages_that_are_for_all_alone(path, is_kept):
    key = read_question({**_environ(path), "HTTP_COOKIE": "quiz_1=1:x"})
    assert (key is not None) is is_kept


def _environ(path):
    from delivery.cache.keys import PageKey

    return make_environ(PageKey("http", "sfj.localhost", path, "", ""))


def test_answers_drop_no_page_and_a_changed_quiz_does():
    assert written_table('INSERT INTO "legal_quiz_answersaved" AS kept (x)') == ""
    assert written_table('UPDATE "legal_quiz_attempt" SET x') == ""
    assert written_table('UPDATE "legal_quiz_quiz" SET x') == "legal_quiz_quiz"
