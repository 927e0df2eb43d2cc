"""What `make bench` prints and keeps: the form that outside checks read."""

import json
import re

import pytest

from bench.report import Figure, NotMeasured, Report, at_least, at_most

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
