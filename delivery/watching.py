"""Which tables a page was made of, and which tables a statement changed: without anybody having to think of it.

Pages, pictures, documents and the catalogue have tags of their own, because one of them changes while a thousand others
stay. Every other table has one tag, `table:<schema>:<table>`: a page that read it goes when it is written. So a column,
a setting or a whole app that is added later is never stale, at worst dropped too often. What is nobody's to read
(sessions, passwords, the ledger) has no tag at all: a page that reads it is not kept.
"""

import logging
import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.backends.signals import connection_created

from delivery import purge
from delivery.once import is_first
from site_core import reading

logger = logging.getLogger(__name__)

_SOURCES = re.compile(r'(?:FROM|JOIN)\s+\(*"([a-z0-9_]+)"', re.IGNORECASE)
_WRITTEN = re.compile(
    r'\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?)\s+(?:ONLY\s+)?"([a-z0-9_]+)"', re.I
)

_NOT_FOR_READERS = (
    *("accounts_", "auth_", "axes_", "procrastinate_", "delivery_", "django_"),
    *("site_core_membership", "site_core_invitation", "site_core_session"),
    *("wagtailcore_revision", "wagtailcore_pagelogentry", "wagtailcore_modellogentry", "wagtailcore_referenceindex"),
    *("wagtailcore_comment", "wagtailcore_task", "wagtailcore_workflow", "wagtailcore_uploaded", "wagtailusers_"),
    *("wagtailcore_pagesubscription", "wagtailadmin_"),
)
_NEVER_CHANGES = "django_content_type"


def connect() -> None:
    """Watch every connection that Django opens from now on, and the one it has."""
    from django.db import connection

    connection_created.connect(_watch, dispatch_uid="delivery.watching")
    _watch(None, connection)


def _watch(sender: Any, connection: Any, **kwargs: Any) -> None:
    if _note not in connection.execute_wrappers:
        connection.execute_wrappers.append(_note)


def _note(execute: Callable[..., Any], query: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Around each statement."""
    if not isinstance(query, str):
        return execute(query, params, many, context)
    if reading.is_listening():
        _note_read(query, context["connection"])
    result = execute(query, params, many, context)
    table = written_table(query)
    if table:
        _note_written(table, context["connection"])
    return result


def _note_read(query: str, connection: Any) -> None:
    schema = _current_schema(connection)
    if schema is None:
        return  # which site a host belongs to is asked before any site is entered
    for table in tables_read(query):
        if is_for_nobody(table):
            reading.refuse_to_keep(f"reads {table}")
        else:
            reading.record(tag_of(schema, table))


@lru_cache(maxsize=4096)
def tables_read(query: str) -> tuple[str, ...]:
    """Tables with a tag of the whole table, or none at all, that the statement reads."""
    return tuple(sorted({name for name in _SOURCES.findall(query) if not is_fine(name)}))


@lru_cache(maxsize=4096)
def written_table(query: str) -> str:
    """The table that the statement writes, where that is for readers and has no finer tags; '' for none."""
    found = _WRITTEN.match(query)
    name = found[1] if found else ""
    return "" if not name or is_fine(name) or is_for_nobody(name) else name


def _note_written(table: str, connection: Any) -> None:
    schema = _current_schema(connection) or settings.PUBLIC_SCHEMA_NAME
    tag = tag_of(schema, table)
    if is_first(f"told {tag}"):
        purge.send((tag,))


def tag_of(schema: str, table: str) -> str:
    """The tag of a whole table, of the site or of the cluster."""
    return f"table:{settings.PUBLIC_SCHEMA_NAME if table in _shared_tables() else schema}:{table}"


@cache
def is_fine(table: str) -> bool:
    """Whether what stands in the table has tags of its own."""
    return table in _fine_tables()


@cache
def is_for_nobody(table: str) -> bool:
    """Whether no reader's page may be made of the table."""
    return table.startswith((*_NOT_FOR_READERS, *reading.tables_not_for_readers())) and not is_fine(table)


@cache
def _fine_tables() -> frozenset[str]:
    from wagtail.models import Page

    pages = {model._meta.db_table for model in apps.get_models() if issubclass(model, Page)}
    return frozenset(pages | reading.tables_with_own_tags() | {_NEVER_CHANGES})


@cache
def _shared_tables() -> frozenset[str]:
    labels = {config.label for config in apps.get_app_configs() if _stands_in(config, settings.SHARED_APPS)}
    labels -= {config.label for config in apps.get_app_configs() if _stands_in(config, settings.TENANT_APPS)}
    return frozenset(model._meta.db_table for model in apps.get_models() if model._meta.app_label in labels)


def _stands_in(config: Any, names: list[str]) -> bool:
    return config.name in names or f"{config.__module__}.{type(config).__name__}" in names


def _current_schema(connection: Any) -> str | None:
    schema = getattr(connection, "schema_name", None)
    return None if schema in (None, "", settings.PUBLIC_SCHEMA_NAME) else str(schema)
