"""A sample quiz that is over: people who sat it, a ranking, certificates, and the draw. Marked 示例, the same at each start."""

import random
from datetime import datetime, timedelta

from accounts.models import User
from legal_education.quiz.models import Question, Quiz
from legal_education.quiz.papers.items import Item, read_items
from legal_education.quiz.results.drawing import hold_draw
from legal_education.quiz.taking.actions import Entry, enter, hand_in
from legal_education.quiz.taking.saving import Choice, Sitting, save_answers

_PEOPLE = 40
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
_SHARES_OF_RIGHT = (1.0, 0.95, 0.85, 0.7, 1.0, 0.6)
"""How much of their papers people know, in turn."""
_SEED = "示例 2 7 1 8 2"


def fill_results(quiz: Quiz, organiser: User | None) -> None:
    """Let people enter, answer and hand in while the quiz was open; then draw, if there is somebody who may."""
    questions = Question.objects.in_bulk()
    chance = random.Random(quiz.title)  # noqa: S311 - sample data
    span = (quiz.closes_at - quiz.opens_at) / (_PEOPLE + 1)
    for number in range(_PEOPLE):
        _sit(quiz, number, quiz.opens_at + span * (number + 1), questions, chance)
    if organiser is not None:
        hold_draw(quiz, _SEED, acting_user=organiser, now=quiz.closes_at + timedelta(days=1))


def _sit(quiz: Quiz, number: int, begun: datetime, questions: dict[int, Question], chance: random.Random) -> None:
    regions, units = quiz.regions.splitlines(), quiz.units.splitlines()
    entry = Entry(
        name=f"{_SURNAMES[number % len(_SURNAMES)]}示例",
        region=regions[number % len(regions)],
        unit=units[number % len(units)] if units else "",
        phone=f"1390000{number:04}",
        key=f"{number:032x}",
    )
    participant, attempt = enter(quiz, entry, now=begun)
    sitting, known = Sitting(quiz.pk, participant.pk, attempt.pk), _SHARES_OF_RIGHT[number % len(_SHARES_OF_RIGHT)]
    choices = {
        position: Choice(_choose(item, questions[item.question_id], known, chance), 1)
        for position, item in enumerate(read_items(attempt.paper))
    }
    done = begun + timedelta(seconds=chance.randint(240, 900))
    save_answers(sitting, choices, now=done)
    hand_in(sitting, now=done)


def _choose(item: Item, question: Question, known: float, chance: random.Random) -> str:
    """The right letters for what the person knows; else one of the others."""
    right = item.letters_of(question.right)
    if chance.random() < known:
        return right
    wrong = [place for place in item.order if place not in question.right]
    return item.letters_of([chance.choice(wrong)]) if wrong else right[:1]
