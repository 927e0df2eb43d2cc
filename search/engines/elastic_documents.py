"""What the search server holds: the shape of its documents, and how they are made of the catalogue's rows."""

import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection
from elasticsearch_dsl import Document, Float, InnerDoc, Integer, Keyword, Long, MetaField, Nested, Text

_MOST_PARTS = 10_000  # the server's limit of nested documents; `all` knows the terms of the rest


def _terms(**options: Any) -> Any:
    # What matters of a term is that it is there: no frequencies, no positions, no lengths.
    return Text(analyzer="whitespace", norms=False, index_options="docs", **options)


class PartDocument(InnerDoc):
    """A part; short ones that hold all the words are better than long ones, so its length is kept (norms)."""

    number = Integer(index=False)
    terms = Text(analyzer="whitespace", index_options="docs", similarity="BM25")


class EntryDocument(Document):
    """An entry of the catalogue. The head's fields grow: each holds the terms of its weight and of all better ones.

    That is since a term has its best weight alone: words of which one half stands in the title would be met nowhere else.
    """

    entry_id = Long()
    page_id = Long()
    version = Long()
    site_id = Keyword()
    site = Keyword()
    kind = Keyword()
    year = Keyword()
    type = Keyword()
    validity = Keyword()
    topic = Keyword()
    numbers = Keyword(doc_values=False)
    fold_key = Keyword()
    # Microseconds, as in PostgreSQL: the server's dates have milliseconds, and both engines must list in one order.
    published_at = Long()
    level = Integer()
    title_length = Integer()
    # 1/√(parts + 10): many parts that fit tell less of a page that has very many.
    part_weight = Float(index=False)
    title = _terms()
    names = _terms()
    summary = _terms()
    head = _terms()
    all = _terms()
    parts = Nested(PartDocument)

    class Meta:
        dynamic = MetaField("strict")
        source = MetaField(enabled=False)


class Entry(NamedTuple):
    """A row of the catalogue with what the index needs of it."""

    id: int
    site: str
    site_id: int
    page_id: int
    version: int
    kind: str
    year: int | None
    type: str
    validity: str
    topic: str
    numbers: list[str]
    fold_key: str
    published_at: int | None
    level: int
    part_count: int
    title: str
    names: str
    summary: str
    head: str
    all: str


def _joined(vector: str) -> str:
    return f"array_to_string(tsvector_to_array({vector}), ' ')"


_ENTRIES = f"""
    SELECT e.id, o.schema_name, e.site_id, e.page_id, e.version, e.column_kind, e.year, e.page_type, e.validity, e.topic,
           ARRAY(SELECT jsonb_array_elements_text(e.numbers)), e.fold_key, (extract(epoch FROM e.published_at) * 1000000)::bigint,
           e.level, e.part_count,
           {_joined("ts_filter(e.head_terms, '{a}')")}, {_joined("ts_filter(e.head_terms, '{a,b}')")},
           {_joined("ts_filter(e.head_terms, '{a,b,c}')")}, {_joined("e.head_terms")}, {_joined("e.all_terms")}
      FROM search_catalogueentry e JOIN tenants_organisation o ON o.id = e.site_id
"""  # noqa: S608 - nothing in it comes from outside
_PARTS = f"""
    SELECT entry_id, number, {_joined("terms")} FROM search_cataloguepart
     WHERE entry_id = ANY(%s) AND number < {_MOST_PARTS} ORDER BY entry_id, number
"""  # noqa: S608 - nothing in it comes from outside


def query(sql: str, values: Sequence[Any]) -> list[Any]:
    """Rows of the catalogue's database."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def read_entries(condition: str, values: Sequence[Any]) -> list[Entry]:
    """Entries with their terms, by a condition on `e`, and in its order."""
    return [Entry(*row) for row in query(f"{_ENTRIES} {condition}", values)]


def make_documents(entries: Sequence[Entry]) -> Iterator[dict[str, Any]]:
    """Bulk actions that put these entries with their parts."""
    rows = query(_PARTS, [[entry.id for entry in entries]])
    parts = {
        entry_id: [{"number": number, "terms": terms} for _, number, terms in group]
        for entry_id, group in groupby(rows, key=lambda row: row[0])
    }
    for entry in entries:
        yield {
            "_op_type": "index",
            "_id": f"{entry.site}:{entry.page_id}",
            "version": entry.version,
            "version_type": "external",
            "_source": make_source(entry, parts.get(entry.id, [])),
        }


def make_source(entry: Entry, parts: list[dict[str, Any]]) -> dict[str, Any]:
    """A document as the server gets it."""
    source = entry._asdict()
    source["entry_id"] = source.pop("id")
    source["site_id"] = str(entry.site_id)
    source["title_length"] = entry.title.count(" ") + 1
    source["part_weight"] = 1 / math.sqrt(source.pop("part_count") + 10)
    source["parts"] = parts
    # What is empty counts nowhere.
    return {name: value for name, value in source.items() if value not in ("", None, [])}


def make_removal(schema: str, page_id: int, version: int, version_type: str) -> dict[str, Any]:
    """A bulk action that deletes the page's document."""
    return {"_op_type": "delete", "_id": f"{schema}:{page_id}", "version": version, "version_type": version_type}
