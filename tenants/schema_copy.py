"""A new schema as a copy of the golden one, by one prepared script of plain SQL.

Definitions are read from the catalogue while only golden and public are on the search path: PostgreSQL then leaves the
schema out of every name, and the script fits any schema that it is run in. Names of indexes and constraints stay the
same, since migrations refer to them. It runs in the caller's transaction: what fails leaves nothing behind.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from .connection import connection

# Rows that must never travel into a new site, should golden ever hold any (leaks L18).
NEVER_COPIED = frozenset(
    {
        "site_core_session",
        "site_core_membership",
        "site_core_invitation",
        "wagtailcore_apitoken",
        "wagtailcore_modellogentry",
        "wagtailcore_pagelogentry",
        "wagtailcore_pageviewrestriction",
        "wagtailcore_pagesubscription",
        "wagtailusers_userprofile",
        "wagtailadmin_editingsession",
        "wagtailredirects_redirect",
        "wagtailsearch_indexentry",
    }
)


class UnknownSchemaObject(RuntimeError):
    """The golden schema holds something that the copy does not know how to make (a view, a function, a sequence of its own)."""


@dataclass(frozen=True)
class CopyScript:
    """SQL that fills an empty schema, which must stand first on the search path, and what it must then hold."""

    tables: tuple[str, ...]
    columns: frozenset[tuple[str, str, str]]
    statements: str


def build_copy_script() -> CopyScript:
    """Read the golden schema. Raises UnknownSchemaObject where it holds what the script could not make."""
    golden = settings.GOLDEN_SCHEMA_NAME
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SET LOCAL search_path = {}, public").format(sql.Identifier(golden)))
        _refuse_unknown_objects(cursor, golden)
        tables = [row[0] for row in _rows(cursor, _TABLES, golden)]
        parts = [_create_table(golden, table) for table in tables]
        parts += [row[0] for row in _rows(cursor, _KEYS, golden)]
        parts += [row[0] for row in _rows(cursor, _INDEXES, golden)]
        parts += _copies_of_rows(cursor, golden, tables)
        parts += [row[0] for row in _rows(cursor, _FOREIGN_KEYS, golden)]
        parts += [row[0] for row in _rows(cursor, _TRIGGERS, golden)]
    connection.forget_search_path()
    return CopyScript(tuple(tables), frozenset(list_columns(golden)), ";\n".join(parts))


def run_copy_script(script: CopyScript, schema_name: str) -> None:
    """Make the schema and fill it. Needs a transaction; the search path is the site's until it ends."""
    new = sql.Identifier(schema_name)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(new))
        cursor.execute(sql.SQL("SET LOCAL search_path = {}, public").format(new))
        cursor.execute(script.statements)
    connection.forget_search_path()


def list_columns(schema_name: str) -> set[tuple[str, str, str]]:
    """(table, column, type) of every table of the schema: what two schemas must have in common."""
    with connection.cursor() as cursor:
        return {(row[0], row[1], row[2]) for row in _rows(cursor, _COLUMNS, schema_name)}


def _rows(cursor: CursorWrapper, query: str, schema: str) -> list[tuple[str, ...]]:
    cursor.execute(query, [schema])
    return cursor.fetchall()


def _refuse_unknown_objects(cursor: CursorWrapper, golden: str) -> None:
    unknown = [" ".join(row) for row in _rows(cursor, _UNKNOWN, golden)]
    if unknown:
        raise UnknownSchemaObject(", ".join(unknown))


def _create_table(golden: str, table: str) -> str:
    what = "INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING GENERATED INCLUDING STORAGE INCLUDING COMMENTS"
    statement = sql.SQL("CREATE TABLE {} (LIKE {}.{} " + what + ")")
    return statement.format(sql.Identifier(table), sql.Identifier(golden), sql.Identifier(table)).as_string()


def _copies_of_rows(cursor: CursorWrapper, golden: str, tables: list[str]) -> list[str]:
    parts = []
    for table in tables:
        if table in NEVER_COPIED:
            continue
        names = (sql.Identifier(table), sql.Identifier(golden), sql.Identifier(table))
        cursor.execute(sql.SQL("SELECT EXISTS (SELECT 1 FROM {}.{})").format(*names[1:]))
        if cursor.fetchone()[0]:
            copy = sql.SQL("INSERT INTO {} OVERRIDING SYSTEM VALUE SELECT * FROM {}.{}")
            parts.append(copy.format(*names).as_string())
    parts += [row[0] for row in _rows(cursor, _SEQUENCES, golden)]
    return parts


_TABLES = """
SELECT c.relname FROM pg_class c WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r' ORDER BY c.oid
"""
_UNKNOWN = """
SELECT 'relation', c.relname::text FROM pg_class c
 WHERE c.relnamespace = %s::regnamespace AND c.relkind NOT IN ('r', 'i', 'S', 't')
UNION ALL
SELECT 'function', p.proname::text FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace
UNION ALL
SELECT 'sequence', s.relname::text FROM pg_class s
 WHERE s.relnamespace = current_schema()::regnamespace AND s.relkind = 'S' AND NOT EXISTS (
   SELECT 1 FROM pg_depend d WHERE d.objid = s.oid AND d.deptype = 'i')
"""
_CONSTRAINTS = """
SELECT format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', c.relname, k.conname, pg_get_constraintdef(k.oid, true))
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
 WHERE c.relnamespace = %s::regnamespace AND k.contype {kinds} ORDER BY k.contype DESC, k.oid
"""
_KEYS = _CONSTRAINTS.format(kinds="IN ('p', 'u', 'c', 'x')")
_FOREIGN_KEYS = _CONSTRAINTS.format(kinds="= 'f'")
_INDEXES = """
SELECT pg_get_indexdef(i.indexrelid, 0, true)
  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
 WHERE c.relnamespace = %s::regnamespace
   AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
 ORDER BY i.indexrelid
"""
_TRIGGERS = """
SELECT pg_get_triggerdef(t.oid, true)
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE c.relnamespace = %s::regnamespace AND NOT t.tgisinternal ORDER BY t.oid
"""
_SEQUENCES = """
SELECT format('SELECT setval(pg_get_serial_sequence(%%L, %%L), %%s)', c.relname, a.attname, s.last_value)
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attidentity <> ''
  JOIN pg_sequences s ON s.schemaname = c.relnamespace::regnamespace::text
   AND format('%%I.%%I', s.schemaname, s.sequencename)::regclass
     = pg_get_serial_sequence(format('%%I.%%I', s.schemaname, c.relname), a.attname)::regclass
 WHERE c.relnamespace = %s::regnamespace AND s.last_value IS NOT NULL ORDER BY c.oid
"""
_COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
"""
