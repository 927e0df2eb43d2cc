"""No site learns of another's quizzes, people, codes or questions, though their ids are the same."""

import itertools

import pytest

from legal_education.quiz.demo import ORGANISER, OVER_ON, SITES, prepare_demo, read_sample_questions
from legal_education.quiz.models import AnswerSaved, Attempt, Certificate, Draw, Participant, Question, Quiz
from legal_education.quiz.taking.actions import phone_index_of
from tenants.connection import connection
from tenants.current import enter_site
from tests.factories import make_member
from tests.quiz.samples import make_admin, make_quiz, saved_letters

PHONE = "13912345678"


_beginnings = itertools.count(1_000_000, 10_000)


def align_sequences(sites):
    """Let ids of quizzes, people and attempts begin at the same number on all of them: sequences outlive a test."""
    beginning = next(_beginnings)
    for site in sites:
        with enter_site(site), connection.cursor() as cursor:
            for table in ("quiz", "participant", "attempt"):
                name = f"legal_quiz_{table}"
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [name, beginning])


@pytest.fixture
def both(two_sites):
    """The same quiz under the same id on both sites."""
    sites = (two_sites.a, two_sites.b)
    align_sequences(sites)
    quizzes = [make_quiz(site, make_admin(site), title=f"{site.schema_name}的答题") for site in sites]
    assert quizzes[0].pk == quizzes[1].pk, "the test needs the same id on both"
    return quizzes


def test_each_site_lists_its_own(two_sites, both, client_of):
    for site, other in ((two_sites.a, two_sites.b), (two_sites.b, two_sites.a)):
        page = client_of(site).get("/pufa/quiz/").content.decode()
        assert f"{site.schema_name}的答题" in page
        assert other.schema_name not in page


def test_ticket_of_one_site_is_nobody_on_the_other(two_sites, both, reader_of):
    here, there = reader_of(both[0]).enter(), reader_of(both[1], two_sites.b).enter()
    assert here.paper_url == there.paper_url, "the test needs the same ids on both"
    name = f"quiz_{both[0].pk}"
    foreign = there.client
    foreign.cookies[name] = here.client.cookies[name].value
    assert foreign.get(there.paper_url).headers["Location"] == there.home_url
    assert foreign.post(f"{there.paper_url}answer/", {"position": 0, "chosen": "A", "turn": 1}).status_code == 404
    assert saved_letters(two_sites.b, there.attempt_id) == {}


def test_answers_stand_on_the_site_on_which_they_were_given(two_sites, both, reader_of):
    here = reader_of(both[0]).enter()
    reader_of(both[1], two_sites.b).enter()
    here.answer(0, "B")
    with enter_site(two_sites.a):
        assert AnswerSaved.objects.count() == 1
    with enter_site(two_sites.b):
        assert AnswerSaved.objects.count() == 0


def test_telephone_of_one_site_is_new_on_the_other_and_its_index_is_another(two_sites, both, reader_of):
    reader_of(both[0]).enter(phone=PHONE)
    reader_of(both[1], two_sites.b).enter(phone=PHONE)
    indexes = set()
    for site, quiz in zip((two_sites.a, two_sites.b), both, strict=True):
        with enter_site(site):
            indexes.add(phone_index_of(quiz, PHONE))
            assert Participant.objects.get().phone_index == phone_index_of(quiz, PHONE)
    assert len(indexes) == 2


def test_certificate_of_one_site_is_none_on_the_other(two_sites, both, reader_of, client_of):
    reader_of(both[0]).sit()
    with enter_site(two_sites.a):
        code = Certificate.objects.get().code
    assert client_of(two_sites.a).get(f"/pufa/quiz/verify/{code}/").status_code == 200
    assert client_of(two_sites.b).get(f"/pufa/quiz/verify/{code}/").status_code == 404


def test_people_of_another_site_have_no_screen_here(two_sites, both, signed_in):
    client = signed_in(two_sites.a, make_member(two_sites.b, "site_admin"))
    for path in ("", "questions/", f"{both[0].pk}/", f"{both[0].pk}/results/", f"{both[0].pk}/export.xlsx"):
        assert client.get(f"/admin/quiz/{path}").status_code in (302, 403, 404)


# --- The demo --------------------------------------------------------------------------------------------------------


def test_samples_are_made_once_and_where_they_belong(two_sites, city):
    for site in (city, two_sites.a, two_sites.b):
        with enter_site(site):
            prepare_demo(site)
            prepare_demo(site)
            made = (Quiz.objects.count(), Question.objects.count())
        assert made == ((1, 40) if site.schema_name in {*SITES, OVER_ON} else (0, 0))


def test_sample_questions_are_good_ones(two_sites):
    from legal_education.quiz.bank.drafts import QuestionDraft, find_faults
    from legal_education.quiz.models.bank import fingerprint_of

    questions = read_sample_questions()
    prints = set()
    for fields in questions:
        options = () if fields["kind"] == "true_false" else tuple(fields["options"])
        assert not list(find_faults(QuestionDraft(**{**fields, "options": options}))), fields["text"]
        assert "第" in fields["law"]
        prints.add(fingerprint_of(fields["kind"], fields["text"]))
    assert len(prints) == len(questions) == 40


def test_sample_quiz_can_be_sat(city, reader_of):
    with enter_site(city):
        prepare_demo(city)
        quiz = Quiz.objects.get()
    reader = reader_of(quiz, city).enter(unit="学校（示例）")
    assert len(reader.questions()) == 22
    assert reader.hand_in().status_code == 302


def test_demo_s_quiz_that_is_over_has_a_ranking_certificates_and_a_draw(two_sites, client_of):
    organiser = make_member(two_sites.a, "site_admin", ORGANISER)
    with enter_site(two_sites.a):
        prepare_demo(two_sites.a)
        quiz = Quiz.objects.get()
        draw = Draw.objects.get(quiz=quiz)
        assert Attempt.objects.filter(quiz=quiz, submitted_at__isnull=False).count() == 40
        assert (draw.drawn_by, [each["prize"] for each in draw.tickets[:3]]) == (
            organiser,
            ["一等奖", "二等奖", "二等奖"],
        )
    client = client_of(two_sites.a)
    assert "赵*例" in client.get(f"/pufa/quiz/ranking/{quiz.pk}/").content.decode()
    assert draw.tickets[0]["code"] in client.get(f"/pufa/quiz/{quiz.pk}/draw/").content.decode()
