"""People who sit a quiz, in a process of its own: `python -m bench.education_load ORDER.json` writes what they did.

Each opens the quiz's page, enters, reads the paper, answers question by question (now and then another way than before, now
and then twice the same), and hands in. Every request is timed; every choice that was acknowledged is written down by the
words of its options, so that the points can be worked out without the product.

They share the machine with what they measure, so their own work must be small: httpx took four times as much processor time
as aiohttp on uvloop does, nearly as much as the product, and then the people waited for themselves.
"""

import asyncio
import json
import random
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import aiohttp
import uvloop

_KEY = re.compile(r'name="key" value="([0-9a-f]{32})"')
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
_ITEM = re.compile(r'<fieldset class="quiz__item".*?data-position="(\d+)">(.*?)</fieldset>', re.DOTALL)
_TEXT = re.compile(r'<span class="quiz__text">(.*?)</span>', re.DOTALL)
_OPTION = re.compile(r'value="([A-H])"[^>]*><span><b>[A-H]</b>(.*?)</span></label>', re.DOTALL)
_PATIENCE = aiohttp.ClientTimeout(total=30)
_CHANGES_HIS_MIND, _SENDS_TWICE = 0.1, 0.05


@dataclass(frozen=True)
class Order:
    """Where, how many, how long; `right` and `wrong` are how the words of options begin."""

    port: int
    host: str
    quiz: int
    people: int
    start_seconds: float
    answer_seconds: float
    right: str
    seed: int = 1


@dataclass
class Deeds:
    """What one person did: points that cannot be wrong, what went wrong, and how long each request took."""

    number: int
    attempt: int = 0
    answers: dict[str, list[str]] = field(default_factory=dict)
    """By position (as text, for JSON): the words of the options that were acknowledged last."""
    questions: dict[str, str] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)
    is_handed_in: bool = False
    problems: list[str] = field(default_factory=list)
    times: list[tuple[str, float]] = field(default_factory=list)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    text: str
    location: str
    cookies: list[tuple[str, str]]


@dataclass(frozen=True)
class Asked:
    """A question on somebody's paper."""

    position: str
    text: str
    is_multiple: bool
    options: dict[str, str]


class Person:
    """One person with a browser of his own."""

    def __init__(self, number: int, order: Order, client: aiohttp.ClientSession) -> None:
        self._order, self._client = order, client
        self._random = random.Random(order.seed * 1_000_003 + number)  # noqa: S311 - nothing secret
        self._cookies: dict[str, str] = {}
        self._root = f"http://127.0.0.1:{order.port}"
        self._headers = {
            "Host": f"{order.host}:{order.port}",
            "X-Forwarded-For": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}",
            "Accept-Encoding": "gzip",
        }
        self.deeds = Deeds(number)

    async def sit(self) -> None:
        """From the quiz's page to the result."""
        order, pick = self._order, self._random
        await asyncio.sleep(pick.uniform(0, order.start_seconds))
        try:
            await self._sit()
        except Exception as problem:  # noqa: BLE001 - counted as a person who got lost; the others go on
            self.deeds.problems.append(f"{type(problem).__name__}: {problem}")

    async def _sit(self) -> None:
        home = f"/pufa/quiz/take/{self._order.quiz}/"
        await self._ask("page", "GET", f"/pufa/quiz/{self._order.quiz}/", 200)
        form = (await self._ask("form", "GET", home, 200)).text
        entered = await self._ask("enter", "POST", home, 302, self._entry(form))
        paper = entered.location
        self.deeds.attempt = int(paper.rstrip("/").rpartition("/")[2])
        page = (await self._ask("paper", "GET", paper, 200)).text
        token = _find(_TOKEN, page)
        questions = list(_read_paper(page))
        await self._answer_all(paper, token, questions)
        form_data: dict[str, Any] = {"csrfmiddlewaretoken": token}
        await self._ask("hand_in", "POST", paper, 302, form_data)
        self.deeds.is_handed_in = True
        await self._ask("result", "GET", f"{paper}result/", 200)

    def _entry(self, form: str) -> dict[str, str]:
        number = self.deeds.number
        return {
            "csrfmiddlewaretoken": _find(_TOKEN, form),
            "key": _find(_KEY, form),
            "name": "张三丰",
            "region": ("城关镇", "威戎镇", "界石铺镇")[number % 3],
            "unit": ("学校", "企业")[number % 2],
            "phone": f"139{number:08}",
            "agrees": "on",
        }

    async def _answer_all(self, paper: str, token: str, questions: list[Asked]) -> None:
        pause = self._order.answer_seconds / max(1, len(questions))
        began = time.monotonic()
        for count, question in enumerate(questions):
            # Somewhere within the question's share of the time.
            due = (count + self._random.random()) * pause
            await asyncio.sleep(max(0.0, began + due - time.monotonic()))
            turns = 2 if self._random.random() < _CHANGES_HIS_MIND else 1
            for turn in range(1, turns + 1):
                await self._answer(paper, token, question, turn)

    async def _answer(self, paper: str, token: str, question: Asked, turn: int) -> None:
        chosen = self._choose(question)
        data = {"csrfmiddlewaretoken": token, "position": question.position, "chosen": chosen, "turn": str(turn)}
        for _ in range(2 if self._random.random() < _SENDS_TWICE else 1):
            said = json.loads((await self._ask("save", "POST", f"{paper}answer/", 200, data)).text)
            if said != {"saved": True}:
                raise RuntimeError(f"not saved: {said}")
        self.deeds.questions[question.position] = question.text
        self.deeds.letters[question.position] = chosen
        self.deeds.answers[question.position] = sorted(question.options[letter] for letter in chosen)

    def _choose(self, question: Asked) -> str:
        """Rightly in two cases of three; else anything."""
        letters = sorted(question.options)
        if self._random.random() < 2 / 3:
            return "".join(each for each in letters if question.options[each].startswith(self._order.right))
        count = self._random.randint(1, len(letters)) if question.is_multiple else 1
        return "".join(sorted(self._random.sample(letters, count)))

    async def _ask(self, kind: str, method: str, path: str, wanted: int, data: dict[str, Any] | None = None) -> Answer:
        start = time.perf_counter()
        answer = await self._send(method, path, data)
        self.deeds.times.append((kind, (time.perf_counter() - start) * 1000))
        self._cookies.update(answer.cookies)
        if answer.status != wanted:
            raise RuntimeError(f"{kind}: {answer.status} in place of {wanted}: {answer.text[:200]}")
        return answer

    async def _send(self, method: str, path: str, data: dict[str, Any] | None) -> Answer:
        headers = dict(self._headers)
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        asked = self._client.request(method, self._root + path, data=data, headers=headers, allow_redirects=False)
        async with asked as response:
            cookies = [(name, each.value) for name, each in response.cookies.items()]
            return Answer(response.status, await response.text(), response.headers.get("Location", ""), cookies)


def _find(pattern: re.Pattern[str], page: str) -> str:
    found = pattern.search(page)
    if found is None:
        raise RuntimeError(f"no {pattern.pattern} in the page")
    return found[1]


def _read_paper(page: str) -> Iterator[Asked]:
    for position, inner in _ITEM.findall(page):
        options = {letter: unescape(text) for letter, text in _OPTION.findall(inner)}
        yield Asked(position, unescape(_find(_TEXT, inner)), 'type="checkbox"' in inner, options)


async def sit_all(order: Order) -> list[Deeds]:
    """All of them, each in his own time."""
    # Each person has cookies of his own; the client, which they share for its connections, must keep none.
    connections = aiohttp.TCPConnector(limit=500, keepalive_timeout=30)
    async with aiohttp.ClientSession(
        connector=connections, timeout=_PATIENCE, cookie_jar=aiohttp.DummyCookieJar()
    ) as client:
        people = [Person(number, order, client) for number in range(order.people)]
        await asyncio.gather(*(person.sit() for person in people))
    return [person.deeds for person in people]


def main() -> None:
    """Read the order, write the deeds beside it."""
    path = Path(sys.argv[1])
    order = Order(**json.loads(path.read_text(encoding="utf-8")))
    deeds = uvloop.run(sit_all(order))
    path.with_suffix(".deeds.json").write_text(
        json.dumps([vars(each) for each in deeds], ensure_ascii=False), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
