"""The index of the search server: its mapping, and how writes are sent, against a fake server; rows come from the test."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from search.engines import elastic_documents, elastic_index, elastic_repair
from search.engines.base import EngineProblem
from search.engines.elastic_documents import EntryDocument
from search.engines.elastic_index import IndexMissing
from tests.search.test_elastic_client import FakeServer, Reply, Seen, start_fake

__all__ = ["start_fake"]  # the fixture

ROW = elastic_documents.Entry(
    id=7,
    site="city",
    site_id=1,
    page_id=40,
    version=12,
    kind="",
    year=2020,
    type="law",
    validity="",
    topic="公证",
    fold_key="law:x",
    numbers=["司发2020-1"],
    published_at=1_600_000_000_000_001,
    level=6,
    part_count=6,
    title="公证 证法",
    names="公证 证法 司法",
    summary="公证 证法 司法",
    head="公证 证法 司法",
    all="公证 证法 司法 条例",
)
NOT_THERE = {"type": "index_not_found_exception", "reason": "no such index"}


class FakeIndex:
    """Plays the server's part: which aliases there are, and what each line of a bulk request comes to."""

    def __init__(self, server: FakeServer) -> None:
        self.server = server
        self.aliases = {"catalogue"}
        self.outcome: dict[str, Any] = {"status": 200}
        server.reply = self.reply

    def reply(self, seen: Seen) -> Reply:
        name = seen.path.partition("?")[0].strip("/").split("/")
        if seen.method == "HEAD":
            return Reply(status=200 if name[-1] in self.aliases else 404)
        assert name[-1] == "_bulk", seen
        is_there = name[0] in self.aliases
        outcome = self.outcome if is_there else {"status": 404, "error": NOT_THERE}
        operations = [line for line in map(json.loads, seen.body.splitlines()) if {"index", "delete"} & line.keys()]
        items = [{next(iter(line)): {"_id": "x"} | outcome} for line in operations]
        return Reply({"errors": "error" in outcome, "items": items})

    @property
    def bulks(self) -> list[Seen]:
        return [seen for seen in self.server.seen if "_bulk" in seen.path]


@pytest.fixture
def index(start_fake: Any, settings: Any, monkeypatch: Any) -> FakeIndex:
    settings.ELASTICSEARCH_INDEX = "catalogue"
    monkeypatch.setattr(elastic_index, "read_entries", lambda condition, values: [ROW])
    monkeypatch.setattr(elastic_documents, "query", lambda sql, values: [(7, 0, "第一 一条"), (7, 1, "第二 二条")])
    return FakeIndex(start_fake())


def sent_to(seen: Seen) -> str:
    return seen.path.split("/")[1]


# --- What is in it -----------------------------------------------------------------------------------------------------


def test_terms_are_taken_as_the_analyser_made_them() -> None:
    fields = EntryDocument._doc_type.mapping.to_dict()["properties"]

    for name in ("title", "names", "summary", "head", "all"):
        assert fields[name] == {"type": "text", "analyzer": "whitespace", "norms": False, "index_options": "docs"}
    assert fields["parts"]["type"] == "nested"
    assert fields["parts"]["properties"]["terms"]["analyzer"] == "whitespace"


def test_fields_that_nobody_planned_are_refused() -> None:
    mapping = EntryDocument._doc_type.mapping.to_dict()

    assert mapping["dynamic"] == "strict"
    assert mapping["_source"] == {"enabled": False}


def test_all_fields_of_a_document_are_in_the_mapping() -> None:
    planned = EntryDocument._doc_type.mapping.to_dict()["properties"]

    assert elastic_documents.make_source(ROW, [{"number": 0, "terms": "一"}]).keys() <= planned.keys()


def test_deletions_are_remembered_for_an_hour() -> None:
    assert elastic_index.SETTINGS["gc_deletes"] == "1h"


# --- Writing -----------------------------------------------------------------------------------------------------------


def test_an_entry_is_sent_with_its_version_and_parts(index: FakeIndex) -> None:
    assert elastic_index.write_entries([7]) == 1

    (bulk,) = index.bulks
    head, source = map(json.loads, bulk.body.splitlines())
    assert head == {"index": {"_id": "city:40", "version": 12, "version_type": "external"}}
    assert source["entry_id"] == 7
    assert source["site_id"] == "1"
    assert source["title_length"] == 2
    assert source["part_weight"] == 0.25
    assert source["parts"] == [{"number": 0, "terms": "第一 一条"}, {"number": 1, "terms": "第二 二条"}]
    assert not {"kind", "validity"} & source.keys()  # what is empty counts nowhere


def test_an_index_is_never_made_by_a_write(index: FakeIndex) -> None:
    elastic_index.write_entries([7])

    assert "require_alias=true" in index.bulks[0].path


def test_a_removal_is_sent_with_its_version(index: FakeIndex) -> None:
    elastic_index.remove([("city", 40, 13)])

    assert json.loads(index.bulks[0].body) == {"delete": {"_id": "city:40", "version": 13, "version_type": "external"}}


def test_nothing_is_sent_for_nothing(index: FakeIndex) -> None:
    elastic_index.write_entries([])
    elastic_index.remove([])

    assert index.server.seen == []


def test_writes_go_to_the_index_that_is_being_built_first(index: FakeIndex) -> None:
    index.aliases.add("catalogue-next")

    elastic_index.write_entries([7])

    assert [sent_to(seen) for seen in index.bulks] == ["catalogue-next", "catalogue"]


def test_a_write_survives_the_end_of_a_rebuild(index: FakeIndex) -> None:
    def swap_after_the_question(seen: Seen) -> Reply:
        answer = index.reply(seen)
        if "catalogue-next" in seen.path and seen.method == "HEAD":
            index.aliases.discard("catalogue-next")
        return answer

    index.aliases.add("catalogue-next")
    index.server.reply = swap_after_the_question

    elastic_index.write_entries([7])

    assert [sent_to(seen) for seen in index.bulks] == ["catalogue-next", "catalogue"]


def test_writes_go_to_a_first_index_while_none_serves(index: FakeIndex) -> None:
    index.aliases = {"catalogue-next"}

    elastic_index.write_entries([7])

    assert [sent_to(seen) for seen in index.bulks] == ["catalogue-next"]


@pytest.mark.parametrize(
    "write", [lambda: elastic_index.write_entries([7]), lambda: elastic_index.remove([("city", 40, 13)])]
)
def test_writes_without_an_index_are_refused_before_they_are_sent(index: FakeIndex, write: Callable[[], Any]) -> None:
    index.aliases = set()

    with pytest.raises(IndexMissing):
        write()
    assert index.bulks == []  # the server makes an index for a versioned deletion


def test_a_conflict_means_that_something_newer_is_there(index: FakeIndex) -> None:
    index.outcome = {"status": 409, "error": {"type": "version_conflict_engine_exception"}}

    assert elastic_index.write_entries([7]) == 1


def test_an_unknown_document_needs_no_deletion(index: FakeIndex) -> None:
    index.outcome = {"status": 404, "result": "not_found"}

    elastic_index.remove([("city", 40, 13)])


@pytest.mark.parametrize("status", [400, 429, 500, 503])
def test_other_outcomes_are_engine_problems(index: FakeIndex, status: int) -> None:
    index.outcome = {"status": status, "error": {"type": "boom", "reason": "why"}}

    with pytest.raises(EngineProblem, match="boom: why"):
        elastic_index.write_entries([7])


@pytest.mark.parametrize(
    "reply",
    [Reply({"took": 1}), Reply(b"<html>", type="text/html"), Reply(None), Reply({"errors": True, "items": [{}]})],
    ids=["no items", "HTML", "null", "empty item"],
)
def test_a_bulk_answer_of_another_kind_is_an_engine_problem(index: FakeIndex, reply: Reply) -> None:
    index.server.reply = lambda seen: reply if "_bulk" in seen.path else index.reply(seen)

    with pytest.raises(EngineProblem):
        elastic_index.write_entries([7])


# --- Differences -------------------------------------------------------------------------------------------------------


def known(*rows: tuple[int, int]) -> dict[int, Any]:
    return {entry_id: elastic_repair._Known(entry_id, "city", entry_id * 10, version) for entry_id, version in rows}


def test_differences_are_told_apart() -> None:
    found = elastic_repair._find_differences(
        known((1, 5), (2, 5), (3, 9), (4, 5)), known((1, 5), (2, 6), (3, 8), (5, 1))
    )

    assert found.missing == (5,)
    assert found.stale == (2,)
    assert found.ahead == (3,)
    assert found.extra == (("city", 40, 5),)
    assert len(found) == 4


def play_pages(monkeypatch: Any, documents: dict[int, Any], rows: dict[int, Any], page: int) -> None:
    def list_after(all_known: dict[int, Any], after: int) -> list[Any]:
        return [all_known[key] for key in sorted(all_known) if key > after][:page]

    monkeypatch.setattr(elastic_repair, "_PAGE", page)
    monkeypatch.setattr(elastic_repair, "_list_documents", lambda client, alias, after: list_after(documents, after))
    monkeypatch.setattr(elastic_repair, "_list_rows", lambda after: list_after(rows, after))


@pytest.mark.parametrize("page", [1, 2, 3, 100])
def test_pages_of_any_size_find_the_same_differences(start_fake: Any, monkeypatch: Any, page: int) -> None:
    start_fake().reply = lambda seen: Reply({})
    documents = known(*[(entry_id, 1) for entry_id in range(1, 60) if entry_id % 3])
    rows = known(*[(entry_id, 1 + (entry_id % 7 == 0)) for entry_id in range(20, 90) if entry_id % 2])
    play_pages(monkeypatch, documents, rows, page)

    found = elastic_repair.compare()

    assert found == elastic_repair._find_differences(documents, rows)
