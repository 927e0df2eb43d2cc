"""A quiz under load: how soon each request is answered, whether anything is lost, whether any score is wrong.

The people are `education_load`, in a process of its own. What they got is compared with a recomputation that knows nothing of
the product: the words of the options that were acknowledged last, the words of the bank's right options, the points.
"""

import json
import resource
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench.commands import CommandFailed
from bench.database import ROOT
from bench.education import HOST, SITE, EducationRun
from bench.report import Figure, Outcome, at_most
from bench.showcase import serve
from tenants.current import enter_site

NAMES = ("quiz_p95", "quiz_lost", "quiz_wrong_scores")
RIGHT, WRONG = "对的说法", "错的说法"
_POINTS = {"true_false": 2, "single": 3, "multiple": 5}
_BANK_OF_KIND = 100
_WORKERS, _THREADS = 2, 4


def measure_quiz(run: EducationRun) -> Iterator[Outcome]:
    """Served by the product's server with two processes, as in production on such a machine."""
    with enter_site(SITE):
        quiz_id = _make_quiz(run.scale.questions)
    run.server.checkpoint()
    environment = {**run.environment, "PORT": str(run.port)}
    with serve(run.port, environment, workers=_WORKERS, threads=_THREADS) as server:
        _read_form_often(run.port, quiz_id)
        before, others_before = _cpu_seconds(server.pid), _cpu_of_ended()
        deeds = _send_people(run, quiz_id)
        cpu, of_people = _cpu_seconds(server.pid) - before, _cpu_of_ended() - others_before
    times = _times_of(deeds)
    every = [each for kind in times.values() for each in kind]
    problems = Counter(problem[:120] for each in deeds for problem in each["problems"])
    notes = {
        "people": run.scale.people,
        "start_seconds": run.scale.start_seconds,
        "answer_seconds": run.scale.answer_seconds,
        "requests": len(every),
        "by_kind": {kind: _describe(found) for kind, found in sorted(times.items())},
        "web_cpu_ms_per_request": round(1000 * cpu / max(1, len(every)), 2),
        "people_cpu_ms_per_request": round(1000 * of_people / max(1, len(every)), 2),
    }
    yield Figure("quiz_p95", _p95(every), "ms", at_most(300), notes)
    with enter_site(SITE):
        lost, wrong, compared = _compare(deeds)
    yield Figure("quiz_lost", lost, "answers", at_most(0), {"problems": dict(problems.most_common(5)), **compared})
    yield Figure("quiz_wrong_scores", wrong, "scores", at_most(0), compared)


def _make_quiz(questions: int) -> int:
    """A bank of three hundred questions, and a quiz with a third of the paper of each kind."""
    from django.utils import timezone

    from legal_education.quiz.models import PaperRule, Question, Quiz, QuizState

    for kind in _POINTS:
        for number in range(_BANK_OF_KIND):
            Question.objects.create(**_make_question(kind, number))
    now = timezone.now()
    quiz = Quiz.objects.create(
        title="乡村法制知识答题",
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(hours=6),
        minutes=60,
        regions="城关镇\n威戎镇\n界石铺镇",
        units="学校\n企业",
        certificate_score=60,
        state=QuizState.PUBLISHED,
    )
    for kind, points in _POINTS.items():
        PaperRule.objects.create(quiz=quiz, kind=kind, count=questions // 3, points=points)
    return int(quiz.pk)


def _make_question(kind: str, number: int) -> dict[str, Any]:
    """The text says the kind and the number, the options whether they are right: all that the recomputation needs."""
    options, answer = {
        "true_false": (["正确", "错误"], "AB"[number % 2]),
        "single": ([f"{WRONG}一", f"{RIGHT}一", f"{WRONG}二", f"{WRONG}三"], "B"),
        "multiple": ([f"{RIGHT}一", f"{WRONG}一", f"{RIGHT}二", f"{RIGHT}三"], "ACD"),
    }[kind]
    return {
        "kind": kind,
        "text": f"{kind} {number}：下列说法，哪些符合《中华人民共和国宪法》的规定？",
        "options": options,
        "answer": answer,
        "law": "《中华人民共和国宪法》第五条",
        "explanation": "示例。",
        "topic": "宪法",
    }


def _read_form_often(port: int, quiz_id: int) -> None:
    """As a server that has been up when the quiz begins: each process has loaded its pages once."""

    def read(_: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", f"/pufa/quiz/take/{quiz_id}/", headers={"Host": f"{HOST}:{port}"})
            if connection.getresponse().status != HTTPStatus.OK:
                raise CommandFailed("the quiz's form does not open")
        finally:
            connection.close()

    with ThreadPoolExecutor(2 * _WORKERS * _THREADS) as readers:
        list(readers.map(read, range(10 * _WORKERS * _THREADS)))


def _send_people(run: EducationRun, quiz_id: int) -> list[dict[str, Any]]:
    path = Path(run.workspace) / "order.json"
    order = {
        "port": run.port,
        "host": HOST,
        "quiz": quiz_id,
        "people": run.scale.people,
        "start_seconds": run.scale.start_seconds,
        "answer_seconds": run.scale.answer_seconds,
        "right": RIGHT,
    }
    path.write_text(json.dumps(order), encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "bench.education_load", str(path)], cwd=ROOT, check=False)
    if done.returncode:
        raise CommandFailed("the load generator failed")
    deeds: list[dict[str, Any]] = json.loads(path.with_suffix(".deeds.json").read_text(encoding="utf-8"))
    return deeds


def _cpu_seconds(pid: int) -> float:
    """Of the web server's processes so far."""
    import os

    ticks = os.sysconf("SC_CLK_TCK")
    return sum(_ticks_of(each) for each in (pid, *_children_of(pid))) / ticks


def _cpu_of_ended() -> float:
    """Of this process's children that have ended: the people, once they went home."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _children_of(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(each) for each in text.split()]


def _ticks_of(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _times_of(deeds: list[dict[str, Any]]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for each in deeds:
        for kind, milliseconds in each["times"]:
            found[kind].append(milliseconds)
    return found


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1] if len(times) > 1 else sum(times)


def _describe(times: list[float]) -> dict[str, float]:
    return {"count": len(times), "median_ms": round(median(times), 1), "p95_ms": round(_p95(times), 1)}


def _compare(deeds: list[dict[str, Any]]) -> tuple[int, int, dict[str, int]]:
    """(acknowledged answers that are not there and people who did not come through, scores that are not as recomputed)."""
    from legal_education.quiz.models import AnswerSaved, Attempt

    attempts = Attempt.objects.in_bulk([each["attempt"] for each in deeds if each["attempt"]])
    kept: dict[int, dict[str, str]] = defaultdict(dict)
    for attempt, position, chosen in AnswerSaved.objects.values_list("attempt_id", "position", "chosen"):
        kept[attempt][str(position)] = chosen
    lost = wrong = answers = 0
    for each in deeds:
        attempt = attempts.get(each["attempt"])
        lost += sum(kept[each["attempt"]].get(place) != letters for place, letters in each["letters"].items())
        lost += attempt is None or not each["is_handed_in"] or attempt.submitted_at is None
        answers += len(each["letters"])
        if attempt is not None and each["is_handed_in"]:
            wrong += attempt.score != _recompute(each)
    return lost, wrong, {"answers": answers, "scores": len(attempts)}


def _recompute(deeds: dict[str, Any]) -> int:
    """Points by words alone."""
    return sum(_points_for(deeds["questions"][place], words) for place, words in deeds["answers"].items())


def _points_for(text: str, words: list[str]) -> int:
    kind, _, rest = text.partition(" ")
    if kind == "true_false":
        number = int(rest.partition("：")[0])
        return _POINTS[kind] if words == [("正确", "错误")[number % 2]] else 0
    wanted = {"single": [f"{RIGHT}一"], "multiple": sorted([f"{RIGHT}一", f"{RIGHT}二", f"{RIGHT}三"])}[kind]
    return _POINTS[kind] if words == wanted else 0
