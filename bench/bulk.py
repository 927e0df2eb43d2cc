"""Thousands of articles at once, as copies of one: rows only, without revisions and events. For benches alone.

Works for any Wagtail project: it goes by the page classes' own fields.
"""

from typing import Any

from django.db import connection, models, transaction
from psycopg import sql
from wagtail.models import Page

_TIMES = frozenset({"first_published_at", "last_published_at", "public_at"})
_PATHS = frozenset({"path", "slug", "url_path", "title", "draft_title"})


def multiply_page(page: Page, count: int, *, apart: str = "1 minute", is_tidied: bool = True) -> range:
    """Add `count` copies beside the page, numbered from 1, each older than the one before by `apart` (an interval of PostgreSQL).

    Returns the copies' ids. Whoever multiplies several pages calls `tidy` once at the end, in place of `is_tidied`.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM wagtailcore_page")
        offset = cursor.fetchone()[0]
        paths = _list_free_paths(page, count)
        for model in _list_tables(type(page)):
            _copy_rows(cursor, model, page, {"paths": paths, "offset": offset, "apart": apart})
        Page.objects.filter(pk=page.get_parent().pk).update(numchild=models.F("numchild") + count)
        cursor.execute("SELECT setval(pg_get_serial_sequence('wagtailcore_page', 'id'), %s)", [offset + count])
    if is_tidied:
        tidy(type(page))
    return range(offset + 1, offset + count + 1)


def _list_tables(page_class: type[Page]) -> list[type[Page]]:
    """The page's tables, Wagtail's first."""
    classes = [each for each in page_class.__mro__ if issubclass(each, Page) and hasattr(each, "_meta")]
    return [each for each in reversed(classes) if not each._meta.abstract and not each._meta.proxy]


def _list_free_paths(page: Page, count: int) -> list[str]:
    """Treebeard's paths behind the last of the page's siblings."""
    last = page.get_siblings(inclusive=True).order_by("path").last()
    step = Page._str2int(last.path[-Page.steplen :])
    parent = page.path[: -Page.steplen]
    return [Page._get_path(parent, page.depth, step + n) for n in range(1, count + 1)]


def _copy_rows(cursor: Any, model: type[Page], page: Page, values: dict[str, Any]) -> None:
    fields = model._meta.local_concrete_fields
    statement = sql.SQL(
        "INSERT INTO {table} ({columns}) SELECT {values} FROM {table} AS source, "
        "unnest(%(paths)s::text[]) WITH ORDINALITY AS made(path, n) WHERE source.{key} = %(page)s"
    ).format(
        table=sql.Identifier(model._meta.db_table),
        columns=sql.SQL(", ").join(sql.Identifier(field.column) for field in fields),
        values=sql.SQL(", ").join(_value_of(field) for field in fields),
        key=sql.Identifier(next(field.column for field in fields if field.primary_key)),
    )
    above = page.url_path.removesuffix(f"{page.slug}/")
    cursor.execute(statement, values | {"page": page.pk, "above": above})


def _value_of(field: models.Field) -> sql.Composable:
    if field.primary_key:
        return sql.SQL("%(offset)s + made.n")
    if field.name in _PATHS:
        return sql.SQL(_PATH_VALUES.get(field.name, "source.title || made.n"))
    if isinstance(field, models.UUIDField):
        return sql.SQL("gen_random_uuid()")
    if field.name in {"latest_revision", "live_revision"}:
        return sql.SQL("NULL")
    if field.name == "source_id":
        return sql.SQL("''")
    column = sql.SQL("source.{}").format(sql.Identifier(str(field.column)))
    return column + sql.SQL(" - made.n * %(apart)s::interval") if field.name in _TIMES else column


_PATH_VALUES = {
    "path": "made.path",
    "slug": "source.slug || '-' || made.n",
    "url_path": "%(above)s || source.slug || '-' || made.n || '/'",
}


def tidy(page_class: type[Page]) -> None:
    """What autovacuum would do within a minute, in the middle of what is timed."""
    with connection.cursor() as cursor:
        for model in _list_tables(page_class):
            cursor.execute(sql.SQL("VACUUM ANALYZE {}").format(sql.Identifier(model._meta.db_table)))
