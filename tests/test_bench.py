"""What `make bench` prints and keeps: the form that outside checks read; and what the area of blueprints rests on."""

import json
import re
from collections import Counter
from types import SimpleNamespace

import pytest

from bench import blueprints_tally
from bench.report import Figure, NotMeasured, Report, at_least, at_most
from blueprints.content_checks import list_problems
from blueprints.editing import get_node
from blueprints.shipped import read_shipped

LINE = re.compile(r"bench: [a-z]+\.[a-z0-9_]+ -?\d+(\.\d+)? \S+ \(goal [≤≥] \d+(\.\d+)?\) (OK|SHORT)")


@pytest.mark.parametrize(
    ("figure", "line"),
    [
        (
            Figure("create_site_p95", 0.31249, "s", at_most(1)),
            "bench: cluster.create_site_p95 0.312 s (goal ≤ 1) OK",
        ),
        (
            Figure("article_queries", 18, "queries", at_most(15)),
            "bench: cluster.article_queries 18 queries (goal ≤ 15) SHORT",
        ),
        (Figure("hits", 59, "queries", at_least(60)), "bench: cluster.hits 59 queries (goal ≥ 60) SHORT"),
        (
            Figure("rate", 20000.0, "requests/s", at_least(20000)),
            "bench: cluster.rate 20000 requests/s (goal ≥ 20000) OK",
        ),
        (Figure("migrate_nothing", -0.0001, "s", at_most(1)), "bench: cluster.migrate_nothing 0 s (goal ≤ 1) OK"),
    ],
)
def test_line_has_the_promised_form(figure, line):
    assert figure.line("cluster") == line
    assert LINE.fullmatch(line)


@pytest.mark.parametrize(("value", "reached"), [(1.1, True), (1.1004, True), (1.1006, False)])
def test_value_is_judged_as_it_is_printed(value, reached):
    assert Figure("article_cpu_ratio", value, "×", at_most(1.1)).is_reached is reached


def test_figure_without_value_says_why():
    outcome = NotMeasured("import_laws", "no law file (LAWS=FILE names one)")
    assert outcome.line("cluster") == "bench: cluster.import_laws not measured: no law file (LAWS=FILE names one)"


def test_report_prints_and_appends_when_it_is_told(tmp_path, capsys):
    stamp = {"date": "2026-01-02T03:04:05+00:00", "commit": "abc", "machine": {"cores": 2}}
    for value in (3, 4):
        Report("cluster", tmp_path / "bench", stamp).add(Figure("rest", value, "s", at_most(3), {"sites": 200}))
    records = [json.loads(line) for line in (tmp_path / "bench" / "cluster.jsonl").read_text().splitlines()]
    assert [record["reached"] for record in records] == [True, False]
    assert (
        records[0]
        == {
            "name": "cluster.rest",
            "value": 3,
            "unit": "s",
            "goal": "≤ 3",
            "reached": True,
            "notes": {"sites": 200},
        }
        | stamp
    )
    assert capsys.readouterr().out.splitlines() == [
        "bench: cluster.rest 3 s (goal ≤ 3) OK",
        "bench: cluster.rest 4 s (goal ≤ 3) SHORT",
    ]


class Door:
    """As the suite of locks has it: a text for what got through."""

    def try_door(self, role, method, path, data):
        return f"{method} {path}" if path == "/open/" else ""


class Order:
    """As the suite of review has it: a check that fails for what is public without right."""

    def __init__(self):
        self.clerk, self.acts = SimpleNamespace(accounted=set()), 0

    def act(self, what, name):
        self.acts += 1

    def check(self):
        assert self.acts < 3
        self.clerk.accounted.add(self.acts)


@pytest.fixture
def tally(tmp_path, monkeypatch):
    """`tally()`: what the plugin of the blueprints' bench writes at the end."""
    monkeypatch.setenv("BENCH_TALLY", str(tmp_path / "tally.json"))
    for name, empty in (("_tried", Counter()), ("_findings", {}), ("_published", 0)):
        monkeypatch.setattr(blueprints_tally, name, empty)

    def read():
        blueprints_tally.pytest_sessionfinish()
        return json.loads((tmp_path / "tally.json").read_text(encoding="utf-8"))

    return read


def test_tally_counts_requests_by_role_and_tells_what_got_through(tally, monkeypatch):
    monkeypatch.setattr(Door, "try_door", Door.try_door)
    blueprints_tally._count_doors(Door)
    for role, path in (("editor", "/shut/"), ("editor", "/open/"), ("site_admin", "/shut/")):
        Door().try_door(role, "POST", path, {})
    assert tally() == {"tried": {"editor": 2, "site_admin": 1}, "published": 0, "findings": ["POST /open/"]}


def test_tally_counts_an_order_that_is_repeated_once(tally, monkeypatch):
    for name in ("act", "check"):
        monkeypatch.setattr(Order, name, getattr(Order, name))
    blueprints_tally._count_orders(Order)
    for _ in range(2):
        order = Order()
        for name in ("ann", "ben"):
            order.act("approve", name)
            order.check()
        order.act("publish", "cai")
        with pytest.raises(AssertionError):
            order.check()
    found = tally()
    assert found["findings"] == ["ann approve、ben approve、cai publish"]
    assert (found["tried"], found["published"]) == ({"orders": 2, "acts": 6}, 4)


def test_release_of_the_bench_can_be_and_changes_what_the_goal_is_about():
    from bench.blueprints_sites import MOVED, MOVED_TO, NEW, NEW_SLUG, RENAMED, change

    before = read_shipped("county_bureau")
    after = change(before)
    assert list_problems(after) == []
    assert {node.key for node in after.nodes} - {node.key for node in before.nodes} == {NEW}
    assert get_node(after, RENAMED).slug == NEW_SLUG
    assert get_node(after, MOVED).parent == MOVED_TO
    assert after.list_children(MOVED) == before.list_children(MOVED) != []


def test_refusals_by_limit_are_known_by_their_code_alone(db):
    from bench.microblog_limits import find_refused_by_limit

    taken = {"at": "2026-11-27T12:09:48.720016+00:00", "answer": {"idstr": "5100228812345678"}}
    refused = {"at": "2026-11-27T12:09:48.798022+00:00", "answer": {"error_code": 20016, "error": "out of limit"}}
    lost = {"at": "2026-11-27T12:09:48.798022+00:00", "answer": None}
    assert find_refused_by_limit([taken, refused, lost]) == [refused]
