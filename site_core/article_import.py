"""Import of many articles into a column: each as any publication (page, revision, event), in small transactions.

A killed run leaves whole batches and nothing of the one it was in; a second run passes over what is there by source id.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from site_core.actions import ArticleDraft, publish_article
from site_core.importing.blocks import to_blocks
from site_core.importing.categories import column_for
from site_core.importing.rows import ImportRow, RowProblem
from site_core.models import ArticlePage, ColumnPage

BATCH_ROWS = 50
BACKDATING_REASON = "批量导入，保留原发布时间"


class ImportStopped(RuntimeError):
    """A strict import met a bad line; what was imported before it stays."""


@dataclass
class ImportReport:
    """What became of the rows: numbers, and line → reason for those that were not imported."""

    imported: int = 0
    existing: int = 0
    duplicates: dict[int, str] = field(default_factory=dict)
    problems: dict[int, str] = field(default_factory=dict)


class ArticleImport:
    """One run over one file into one column of the current site."""

    def __init__(self, column: ColumnPage, *, by_category: bool = True, strict: bool = False) -> None:
        self.report = ImportReport()
        self._column = column
        self._by_category = by_category
        self._strict = strict
        self._there = set(ArticlePage.objects.exclude(source_id="").values_list("source_id", flat=True))
        self._line_of: dict[str, int] = {}
        self._columns: dict[str, ColumnPage] = {}

    def run(self, rows: Iterable[ImportRow | RowProblem], advance: Callable[[int], None]) -> ImportReport:
        """Import the rows; `advance(count)` is told of each batch. Raises ImportStopped when strict."""
        iterator = iter(rows)
        while batch := list(islice(iterator, BATCH_ROWS)):
            self._import_batch(batch)
            advance(len(batch))
        return self.report

    def _import_batch(self, batch: list[ImportRow | RowProblem]) -> None:
        wanted = list(self._sift(batch))
        if not wanted:
            return
        with transaction.atomic():
            for row in wanted:
                self._import_row(row)

    def _sift(self, batch: list[ImportRow | RowProblem]) -> Iterator[ImportRow]:
        for row in batch:
            if isinstance(row, RowProblem):
                self._note_problem(row.line, row.reason)
            elif row.source_id in self._line_of:
                self.report.duplicates[row.line] = f"与第 {self._line_of[row.source_id]} 行完全相同"
            else:
                self._line_of[row.source_id] = row.line
                if row.source_id in self._there:
                    self.report.existing += 1
                else:
                    yield row

    def _import_row(self, row: ImportRow) -> None:
        try:
            with transaction.atomic():
                publish_article(self._column_of(row), _draft_of(row), reason=BACKDATING_REASON)
        except ValidationError as error:
            self._columns.clear()  # a sub-column made for this row went away with it
            self._note_problem(row.line, "；".join(error.messages))
        else:
            self.report.imported += 1

    def _note_problem(self, line: int, reason: str) -> None:
        self.report.problems[line] = reason
        if self._strict:
            raise ImportStopped(f"第 {line} 行：{reason}")

    def _column_of(self, row: ImportRow) -> ColumnPage:
        if not (self._by_category and row.category):
            return self._column
        wanted = column_for(row.category)
        if wanted.slug not in self._columns:
            self._columns[wanted.slug] = self._find_or_add(wanted.slug, wanted.title)
        return self._columns[wanted.slug]

    def _find_or_add(self, slug: str, title: str) -> ColumnPage:
        column = ColumnPage.objects.child_of(self._column).filter(slug=slug).first()
        if column is None:
            column = ColumnPage(slug=slug, title=title, kind=self._column.kind, summary=f"{title}全文。", **_live_now())
            ColumnPage.objects.get(pk=self._column.pk).add_child(instance=column)
        return column


def _live_now() -> dict[str, Any]:
    now = timezone.now()
    return {"live": True, "first_published_at": now, "last_published_at": now}


def _draft_of(row: ImportRow) -> ArticleDraft:
    body: list[tuple[str, Any]] = to_blocks(row.body, row.body_format)
    if row.notes:
        body.insert(0, ("paragraph", "".join(f"<p>{escape(note)}</p>" for note in row.notes)))
    fields = {"summary": row.summary, "keywords": row.keywords, "source": row.source, "author": row.author}
    return ArticleDraft(row.title, body, row.source_id, row.published_at, fields, refers=False)
