"""Who may enter, come back and go on: tickets, telephones, codes, attempts of a day, forms and their tokens."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from legal_education.quiz.models import Attempt, Participant
from tenants.connection import connection
from tenants.current import enter_site
from tests.conftest import SiteClient
from tests.quiz.samples import FULL, Reader, end_quiz, get_attempt, make_quiz


def result_of(reader):
    return reader.client.get(f"{reader.paper_url}result/").content.decode()


def test_entry_sent_twice_is_one_person_with_one_paper(two_sites, quiz, reader_of, client_of):
    reader = reader_of(quiz)
    entry = reader.entry()
    first = reader.client.post(reader.home_url, entry)
    other_tab = client_of(two_sites.a)  # the cookie of the first answer has not come yet
    second = other_tab.post(reader.home_url, entry)
    assert first.headers["Location"] == second.headers["Location"]
    with enter_site(two_sites.a):
        assert (Participant.objects.count(), Attempt.objects.count()) == (1, 1)


def test_telephone_enters_once_and_goes_on_with_its_code(two_sites, quiz, reader_of):
    reader = reader_of(quiz).enter(phone="13900000001")
    stranger = reader_of(quiz)
    again = stranger.client.post(stranger.home_url, stranger.entry(phone="139 0000-0001"))
    assert (again.status_code, "已经报过名" in again.content.decode()) == (409, True)
    code = re.search(r'参赛码 <b class="num">(\w{8})</b>', reader.client.get(reader.home_url).content.decode())[1]
    wrong = stranger.client.post(f"{stranger.home_url}return/", {"back-phone": "13900000001", "back-code": "AAAAAAAA"})
    unknown = stranger.client.post(f"{stranger.home_url}return/", {"back-phone": "13900000002", "back-code": code})
    for refusal in (wrong, unknown):
        assert (refusal.status_code, "手机号或参赛码不正确。" in refusal.content.decode()) == (422, True)
    back = stranger.client.post(
        f"{stranger.home_url}return/", {"back-phone": "13900000001", "back-code": f" {code[:4].lower()}-{code[4:]}"}
    )
    assert back.status_code == 302
    stranger.paper_url = reader.paper_url
    assert stranger.questions() == reader.questions()


def test_codes_cannot_be_tried_without_end(two_sites, quiz, reader_of):
    stranger = reader_of(quiz)
    data = {"back-phone": "13900000001", "back-code": "AAAAAAAA"}
    answers = [stranger.client.post(f"{stranger.home_url}return/", data).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_personal_data_stand_encrypted(two_sites, quiz, reader_of):
    reader_of(quiz).enter(phone="13912345678")
    with enter_site(two_sites.a), connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(legal_quiz_participant)::text FROM legal_quiz_participant")
        (row,) = cursor.fetchone()
    assert "13912345678" not in row
    assert "5678" not in row.replace("phone_index", "")[: row.index('"phone"')]
    with enter_site(two_sites.a):
        assert Participant.objects.get().phone == "13912345678"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"phone": "12345"}, "请填写 11 位手机号"),
        ({"name": "<b>"}, "请填写真实姓名"),
        ({"region": "平凉以外"}, "选择"),
        ({"unit": ""}, "必填"),
        ({"agrees": ""}, "须同意后才能报名"),
    ],
)
def test_entry_says_what_is_missing_and_keeps_the_rest(two_sites, quiz, reader_of, fields, words):
    reader = reader_of(quiz)
    entry = {name: value for name, value in reader.entry(**fields).items() if value}
    page = reader.client.post(reader.home_url, entry)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert entry["phone"] in page.content.decode()


def test_attempts_of_a_day_are_counted_and_an_open_one_is_gone_on_with(two_sites, quiz, reader_of):
    reader = reader_of(quiz).enter()
    first = reader.paper_url
    reader.begin()
    assert reader.paper_url == first
    reader.hand_in()
    reader.begin()
    assert reader.paper_url != first
    reader.hand_in()
    refused = reader.begin()
    assert (refused.status_code, "2 次答题机会已经用完" in refused.content.decode()) == (409, True)
    with enter_site(two_sites.a):
        Attempt.objects.update(day=timezone.localdate() - timedelta(days=1))
    assert reader.begin().status_code == 302


def test_best_attempt_counts_and_the_certificate_keeps_its_code(two_sites, quiz, reader_of):
    reader = reader_of(quiz).sit(right=5)
    code = re.search(r"data-certificate=\"([\w-]{14})\"", result_of(reader))[1]
    first = reader.attempt_id
    reader.begin()
    reader.sit(right=6)
    assert not get_attempt(two_sites.a, first).is_best
    assert get_attempt(two_sites.a, reader.attempt_id).is_best
    assert f'data-certificate="{code}"' in result_of(reader)
    assert f"{FULL}（满分 {FULL}）" in reader.client.get(f"/pufa/quiz/verify/{code}/").content.decode()


def test_ticket_of_another_or_a_forged_one_opens_nothing(two_sites, quiz, reader_of):
    mine, other = reader_of(quiz).enter().answer_all(), reader_of(quiz).enter()
    for url in (mine.paper_url, f"{mine.paper_url}result/"):
        assert other.client.get(url).status_code == 404
    assert other.client.post(f"{mine.paper_url}answer/", {"position": 0, "chosen": "A", "turn": 9}).status_code == 404
    assert other.client.post(mine.paper_url, {"q0": "A"}).status_code == 404
    assert get_attempt(two_sites.a, mine.attempt_id).submitted_at is None
    name = f"quiz_{quiz.pk}"
    value = mine.client.cookies[name].value
    forged = other.client
    for tampered in (
        value.replace(value.split(":")[0], "1", 1) + "x",
        value.split(":")[0],
        f"{value[:-1]}!",
        "",
        "1:1",
    ):
        forged.cookies[name] = tampered
        assert forged.get(mine.paper_url).headers["Location"] == mine.home_url
        refused = forged.post(f"{mine.paper_url}answer/", {"position": 0, "chosen": "A", "turn": 9})
        assert refused.status_code == 404


def test_ticket_of_one_quiz_is_none_of_another(two_sites, admin, quiz, reader_of):
    other_quiz = make_quiz(two_sites.a, admin, bank=False, title="另一个活动")
    reader = reader_of(quiz).enter()
    cookie = reader.client.cookies[f"quiz_{quiz.pk}"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"], cookie["domain"]) == (
        "/pufa/quiz/",
        True,
        "Lax",
        "",
    )
    reader.client.cookies[f"quiz_{other_quiz.pk}"] = cookie.value
    page = reader.client.get(f"/pufa/quiz/take/{other_quiz.pk}/").content.decode()
    assert "报名并开始答题" in page


def test_quiz_before_and_after_its_time_takes_nobody(two_sites, admin, quiz, reader_of):
    inside = reader_of(quiz).enter()
    end_quiz(two_sites.a, quiz)
    outside = reader_of(quiz)
    refused = outside.client.post(
        outside.home_url,
        {"name": "李四", "region": "崆峒区", "unit": "学校", "agrees": "on", "phone": "13900000009", "key": "0" * 32},
    )
    assert (refused.status_code, "活动已经结束" in refused.content.decode()) == (409, True)
    inside.hand_in()
    assert inside.begin().status_code == 409
    early = make_quiz(two_sites.a, admin, bank=False, opens_at=timezone.now() + timedelta(hours=1))
    assert "活动还没有开始" in reader_of(early).client.get(f"/pufa/quiz/take/{early.pk}/").content.decode()


def test_draft_is_nobodys_to_see(two_sites, admin, client_of):
    draft = make_quiz(two_sites.a, admin, published=False)
    client = client_of(two_sites.a)
    for url in (f"/pufa/quiz/{draft.pk}/", f"/pufa/quiz/take/{draft.pk}/", f"/pufa/quiz/ranking/{draft.pk}/"):
        assert client.get(url).status_code == 404
    assert draft.title not in client.get("/pufa/quiz/").content.decode()


def test_forms_want_their_token(two_sites, quiz, reader_of):
    strict = SiteClient("kongtong.sfj.localhost", enforce_csrf_checks=True)
    reader = Reader(strict, quiz)
    page = strict.get(reader.home_url).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    entry = reader.entry()
    assert strict.post(reader.home_url, entry).status_code == 403
    reader.paper_url = strict.post(reader.home_url, {**entry, "csrfmiddlewaretoken": token}).headers["Location"]
    answer = {"position": 0, "chosen": "A", "turn": 1}
    assert strict.post(f"{reader.paper_url}answer/", answer).status_code == 403
    saved = strict.post(f"{reader.paper_url}answer/", {**answer, "csrfmiddlewaretoken": token})
    assert saved.json() == {"saved": True}


def test_personal_pages_are_kept_nowhere_and_the_others_hold_no_form(two_sites, quiz, reader_of):
    reader = reader_of(quiz).enter()
    for url in (reader.home_url, reader.paper_url):
        assert "no-store" in reader.client.get(url).headers["Cache-Control"]
    for url in ("/pufa/quiz/", f"/pufa/quiz/{quiz.pk}/"):
        page = reader.client.get(url)
        assert "csrfmiddlewaretoken" not in page.content.decode()
        assert not page.cookies
        assert "no-store" not in page.headers.get("Cache-Control", "")
