"""Banks, quizzes and people who sit them, made through the product's doors."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any

from django.utils import timezone

from accounts.models import User
from legal_education.quiz.bank.actions import add_question
from legal_education.quiz.bank.drafts import QuestionDraft
from legal_education.quiz.models import AnswerSaved, Attempt, Quiz
from legal_education.quiz.organising.actions import publish_quiz, save_quiz
from tenants.current import enter_site
from tenants.models import Organisation
from tests.conftest import SiteClient
from tests.factories import make_member

RIGHT, WRONG = "对的说法", "错的说法"
"""Words in the options of sample questions; no page says which question wants which."""
_numbers = iter(range(1, 10**9))


def make_admin(site: Organisation) -> User:
    return make_member(site, "site_admin", f"quiz-admin-{next(_numbers)}")


def draft(kind: str = "single", *, text: str = "", topic: str = "宪法", **fields: Any) -> QuestionDraft:
    """A question whose right options say RIGHT."""
    text = text or f"第{next(_numbers)}道示例题目？"
    options: dict[str, tuple[tuple[str, ...], str]] = {
        "true_false": ((), "A"),
        "single": ((f"{WRONG}一", f"{RIGHT}一", f"{WRONG}二", f"{WRONG}三"), "B"),
        "multiple": ((f"{RIGHT}一", f"{WRONG}一", f"{RIGHT}二", f"{RIGHT}三"), "ACD"),
    }
    given: dict[str, Any] = {
        "kind": kind,
        "text": text,
        "options": options[kind][0],
        "answer": options[kind][1],
        "law": "《中华人民共和国宪法》第二十七条",
        "explanation": f"解析：{text}",
        "topic": topic,
    }
    return QuestionDraft(**{**given, **fields})


def fill_bank(site: Organisation, admin: User, *, each: int = 6, topic: str = "宪法") -> None:
    """So many questions of each kind."""
    with enter_site(site):
        for kind in ("true_false", "single", "multiple"):
            for _ in range(each):
                add_question(draft(kind, topic=topic), acting_user=admin)


RULES = (("true_false", "", 2, 5), ("single", "", 2, 10), ("multiple", "", 2, 20))
FULL = 70


def make_quiz(
    site: Organisation, admin: User, *, rules: Any = RULES, published: bool = True, bank: bool = True, **fields: Any
) -> Quiz:
    """A quiz that runs from yesterday to tomorrow."""
    if bank:
        fill_bank(site, admin)
    now = timezone.now()
    given: dict[str, Any] = {
        "title": "宪法知识答题",
        "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=1),
        "minutes": 20,
        "attempts_a_day": 2,
        "regions": "崆峒区\n静宁县",
        "units": "学校\n企业",
        "certificate_score": 40,
        "prizes": "一等奖 1\n二等奖 2",
        "seed_source": "次日开奖号码",
        **fields,
    }
    with enter_site(site):
        quiz = save_quiz(Quiz(**given), rules, acting_user=admin)
        if published:
            publish_quiz(quiz, acting_user=admin)
        quiz.refresh_from_db()
        return quiz


@dataclass
class PaperQuestion:
    """What a reader sees of a question: its number from 0, kind of its inputs, letter to text."""

    position: int
    text: str
    inputs: str
    options: dict[str, str] = field(default_factory=dict)
    checked: list[str] = field(default_factory=list)

    def letters(self, *, right: bool = True) -> str:
        """What to choose for all points, or for none."""
        if set(self.options.values()) == {"正确", "错误"}:
            wanted = "正确" if right else "错误"
            return next(letter for letter, text in self.options.items() if text == wanted)
        wanted = RIGHT if right else WRONG
        found = "".join(letter for letter, text in self.options.items() if text.startswith(wanted))
        return found if right else found[:1]


class _PaperParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.questions: list[PaperQuestion] = []
        self._reads, self._letter = "", ""

    def handle_starttag(self, tag: str, attributes: Any) -> None:
        given = dict(attributes)
        if tag == "fieldset" and "data-position" in given:
            self.questions.append(PaperQuestion(int(given["data-position"]), "", ""))
        elif tag == "span" and given.get("class") == "quiz__text":
            self._reads = "text"
        elif tag == "input" and given.get("type") in ("radio", "checkbox"):
            question = self.questions[-1]
            question.inputs, self._letter = given["type"], given["value"]
            question.options[self._letter] = ""
            if "checked" in given:
                question.checked.append(self._letter)
        elif tag == "b" and self._letter:
            self._reads = ""
        if tag == "label":
            self._reads = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "b" and self._letter:
            self._reads = "option"
        elif tag in ("span", "label"):
            self._reads = ""

    def handle_data(self, data: str) -> None:
        if self._reads == "text":
            self.questions[-1].text += data
        elif self._reads == "option":
            self.questions[-1].options[self._letter] += data


def read_paper(html: str) -> list[PaperQuestion]:
    """The questions of a paper's page."""
    parser = _PaperParser()
    parser.feed(html)
    return parser.questions


@dataclass
class Reader:
    """Somebody with a browser."""

    client: SiteClient
    quiz: Quiz
    paper_url: str = ""

    @property
    def home_url(self) -> str:
        return f"/pufa/quiz/take/{self.quiz.pk}/"

    @property
    def attempt_id(self) -> int:
        return int(self.paper_url.rstrip("/").rpartition("/")[2])

    def read_key(self) -> str:
        """The entry form's own number."""
        page = self.client.get(self.home_url).content.decode()
        return re.search(r'name="key" value="([0-9a-f]{32})"', page)[1]  # type: ignore[index] # it is there

    def entry(self, **fields: str) -> dict[str, str]:
        number = next(_numbers)
        given = {"name": "张三丰", "region": "崆峒区", "unit": "学校", "agrees": "on"}
        return {**given, "phone": f"139{number:08}", "key": self.read_key(), **fields}

    def enter(self, **fields: str) -> "Reader":
        """Through the form, to the paper."""
        answer = self.client.post(self.home_url, self.entry(**fields))
        assert answer.status_code == 302, answer.content.decode()
        self.paper_url = answer.headers["Location"]
        return self

    def begin(self) -> Any:
        answer = self.client.post(f"{self.home_url}begin/")
        if answer.status_code == 302:
            self.paper_url = answer.headers["Location"]
        return answer

    def questions(self) -> list[PaperQuestion]:
        return read_paper(self.client.get(self.paper_url).content.decode())

    def answer(self, position: int, chosen: str, turn: int = 1) -> Any:
        data = {"position": position, "chosen": chosen, "turn": turn}
        return self.client.post(f"{self.paper_url}answer/", data)

    def answer_all(self, *, right: bool = True) -> "Reader":
        for question in self.questions():
            assert self.answer(question.position, question.letters(right=right)).json() == {"saved": True}
        return self

    def hand_in(self, data: dict[str, Any] | None = None) -> Any:
        return self.client.post(self.paper_url, data or {})

    def sit(self, *, right: int = 6, seconds: int = 60, **fields: str) -> "Reader":
        """Enter, answer so many from the last rightly and the others wrongly, hand in after so many seconds."""
        if not self.paper_url:
            self.enter(**fields)
        for question in self.questions():
            self.answer(question.position, question.letters(right=question.position >= 6 - right))
        site = self.client.defaults["HTTP_HOST"]
        move_start(site, self.attempt_id, timezone.now() - timedelta(seconds=seconds))
        assert self.hand_in().status_code == 302
        return self


def _site_of(host: str) -> Organisation:
    return Organisation.objects.get(domains__domain=host)


def move_start(host: str, attempt_id: int, at: datetime) -> None:
    """Let the attempt have begun then."""
    with enter_site(_site_of(host)):
        attempt = Attempt.objects.get(pk=attempt_id)
        deadline = at + (attempt.deadline - attempt.started_at)
        Attempt.objects.filter(pk=attempt_id).update(started_at=at, deadline=deadline)


def saved_letters(site: Organisation, attempt_id: int) -> dict[int, str]:
    with enter_site(site):
        return dict(AnswerSaved.objects.filter(attempt_id=attempt_id).values_list("position", "chosen"))


def get_attempt(site: Organisation, attempt_id: int) -> Attempt:
    with enter_site(site):
        return Attempt.objects.select_related("participant", "quiz").get(pk=attempt_id)


def end_quiz(site: Organisation, quiz: Quiz) -> None:
    """Let the quiz be over."""
    with enter_site(site):
        Quiz.objects.filter(pk=quiz.pk).update(closes_at=timezone.now() - timedelta(seconds=1))
