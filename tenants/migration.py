"""Migrating the shared schema, the golden one and every site, knowing from a fingerprint which have nothing to do."""

import hashlib
import multiprocessing
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import cache
from multiprocessing.context import BaseContext

from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from .connection import connection
from .current import enter_site
from .models import Organisation, SchemaState
from .provisioning import list_versions, run_versioned_steps


@dataclass
class MigrationReport:
    """What was done: schemas migrated, schemas that had nothing to do, and schemas that failed with the reason."""

    migrated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


Progress = Callable[[str, str], None]


@cache
def wanted_fingerprint() -> str:
    """SHA-256 over all migrations on disk and all versions of steps: the state that every schema should have."""
    names = sorted(f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
    return hashlib.sha256("\n".join([*names, *list_versions()]).encode()).hexdigest()


def migrate_foundation(*, verbosity: int = 0) -> MigrationReport:
    """Migrate the shared schema and the golden one, which every new site is copied from."""
    report = MigrationReport()
    connection.set_schema_to_public()
    for schema in (settings.PUBLIC_SCHEMA_NAME, settings.GOLDEN_SCHEMA_NAME):
        if _is_up_to_date(schema):
            report.unchanged.append(schema)
        else:
            migrate_schema(schema, verbosity=verbosity)
            report.migrated.append(schema)
    return report


def migrate_sites(
    schemas: Iterable[str] | None = None, *, jobs: int = 0, progress: Progress | None = None
) -> MigrationReport:
    """Migrate all sites (or those named) that are behind, several at a time; one that fails does not stop the rest."""
    report = MigrationReport()
    names = list(schemas) if schemas is not None else Organisation.objects.schema_names()
    current = set(SchemaState.objects.filter(fingerprint=wanted_fingerprint()).values_list("schema_name", flat=True))
    report.unchanged = [name for name in names if name in current]
    behind = [name for name in names if name not in current]
    for name, problem in _migrate_each(behind, jobs or min(os.cpu_count() or 1, 8)):
        if problem:
            report.failed[name] = problem
        else:
            report.migrated.append(name)
        if progress:
            progress(name, problem)
    return report


def _migrate_each(names: list[str], jobs: int) -> Iterable[tuple[str, str]]:
    if jobs == 1 or len(names) < 2:
        for name in names:
            yield name, _try_migrate(name)
        return
    connections.close_all()
    # Fork: the children keep the loaded apps; each opens a connection of its own.
    with ProcessPoolExecutor(max_workers=min(jobs, len(names)), mp_context=_fork()) as pool:
        futures = {pool.submit(_try_migrate, name): name for name in names}
        for future in as_completed(futures):
            yield futures[future], future.result()


def _fork() -> BaseContext:
    return multiprocessing.get_context("fork")


def _try_migrate(schema_name: str) -> str:
    """The error of one site must reach the report, whatever it is; '' when it went well."""
    try:
        migrate_schema(schema_name)
    except Exception as error:  # noqa: BLE001 - reported, and the other sites go on
        return f"{type(error).__name__}: {error}"
    finally:
        connection.set_schema_to_public()
    return ""


def migrate_schema(schema_name: str, *, verbosity: int = 0) -> None:
    """Bring one schema up to date. The fingerprint is written last, so a run that was killed is taken up again."""
    _ensure_schema(schema_name)
    connection.set_schema(schema_name, include_public=False)
    # The table of migrations must stand in the schema itself, else public's would be found and nothing be applied.
    MigrationRecorder(connection).ensure_schema()
    connection.set_schema(schema_name)
    try:
        call_command("migrate", plain=True, interactive=False, verbosity=verbosity)
    finally:
        connection.set_schema_to_public()
    _run_versioned_steps(schema_name)
    SchemaState.objects.update_or_create(schema_name=schema_name, defaults={"fingerprint": wanted_fingerprint()})


def _run_versioned_steps(schema_name: str) -> None:
    site = Organisation.objects.filter(schema_name=schema_name).first()
    if site is not None:
        with enter_site(site), transaction.atomic():
            run_versioned_steps(site)


def _ensure_schema(schema_name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema_name)))


def _is_up_to_date(schema_name: str) -> bool:
    if SchemaState._meta.db_table not in connection.introspection.table_names():
        return False
    return SchemaState.objects.filter(schema_name=schema_name, fingerprint=wanted_fingerprint()).exists()
