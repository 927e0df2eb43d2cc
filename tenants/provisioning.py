"""Making a site: schema from the golden one, hosts, the other apps' steps, verification; all in one transaction.

A failure anywhere, or a killed process, rolls everything back: nothing is left behind, and a second run starts clean.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from psycopg import sql

from .actions import add_host
from .connection import connection
from .current import enter_site, leave_site
from .events import SiteEvent, announce
from .hosts import HostRefused
from .models import Organisation, SchemaState, schema_name_format
from .schema_copy import NEVER_COPIED, CopyScript, build_copy_script, list_columns, run_copy_script

RESERVED_SCHEMA_NAMES = frozenset(
    {"public", "golden", "information_schema", "www", "admin", "media", "static", "platform"}
)


class SiteRefused(ValueError):
    """A site that cannot be made as asked for; the text is for the reader."""


class SiteUnsound(RuntimeError):
    """The new schema is not what the golden one is; nothing of it was kept."""


@dataclass(frozen=True)
class SiteOrder:
    """What is asked for: fields of the organisation, hosts (the first is primary), parent's schema or ''."""

    schema_name: str
    hosts: tuple[str, ...]
    parent: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


Step = Callable[[Organisation], None]


@dataclass(frozen=True)
class _RegisteredStep:
    name: str
    run: Step
    after: tuple[str, ...]
    version: str = ""


_steps: dict[str, _RegisteredStep] = {}


def register_step(*, name: str, after: tuple[str, ...] = (), version: str = "") -> Callable[[Step], Step]:
    """Register a callable that is run inside each new site, once those named in `after` have run.

    It must be idempotent, and write nothing that the transaction cannot undo. A name taken already is refused.
    A step with a `version` keeps something up to date: it runs again on every site when the version changes.
    """

    def register(step: Step) -> Step:
        if name in _steps:
            raise ValueError(f"provisioning step {name!r} is registered already")
        _steps[name] = _RegisteredStep(name, step, after, version)
        return step

    return register


def list_steps() -> list[str]:
    """Names of all steps in the order in which they run."""
    return list(TopologicalSorter({step.name: step.after for step in _steps.values()}).static_order())


def run_steps(site: Organisation) -> None:
    """Run all steps inside the site (which must be entered)."""
    for name in list_steps():
        _steps[name].run(site)


def list_versions() -> list[str]:
    """`name:version` of the steps that keep something up to date; part of what a site's state is known by."""
    return sorted(f"{step.name}:{step.version}" for step in _steps.values() if step.version)


def run_versioned_steps(site: Organisation) -> None:
    """Run the steps that keep something up to date, inside the site (which must be entered)."""
    for name in list_steps():
        if _steps[name].version:
            _steps[name].run(site)


_script_of: dict[str, CopyScript] = {}


def create_site(order: SiteOrder, *, acting_user: Any = None) -> Organisation:
    """Make the site. Raises SiteRefused (what was asked for is wrong) or SiteUnsound; then nothing is left behind."""
    _renew_server_session()
    with leave_site(), transaction.atomic():
        site = _save_organisation(order)
        _add_hosts(site, order.hosts, acting_user)
        run_copy_script(_get_copy_script(), site.schema_name)
        with enter_site(site):
            run_steps(site)
        _verify(site)
        SchemaState.objects.create(schema_name=site.schema_name, fingerprint=_golden_fingerprint())
        announce(SiteEvent("created", site, acting_user, {"kind": site.kind, "hosts": list(order.hosts)}))
        return site


def _renew_server_session() -> None:
    """Start on a fresh server session: one that has seen a hundred copies remembers all their tables, and slows by half."""
    if not connection.in_atomic_block:
        connection.close()


def _save_organisation(order: SiteOrder) -> Organisation:
    _check_schema_name(order.schema_name)
    site = Organisation(schema_name=order.schema_name, parent=_find_parent(order), **order.fields)
    try:
        site.full_clean()
    except ValidationError as error:
        raise SiteRefused("；".join(_flatten(error))) from error
    if site.is_city and Organisation.objects.city().exists():
        raise SiteRefused("网站群只有一个市司法局。")
    site.save()
    return site


def _flatten(error: ValidationError) -> list[str]:
    if not hasattr(error, "error_dict"):
        return list(error.messages)
    labels = {field.name: str(getattr(field, "verbose_name", field.name)) for field in Organisation._meta.get_fields()}
    return [f"{labels.get(name, name)}：{message}" for name, errors in error.message_dict.items() for message in errors]


def _check_schema_name(name: str) -> None:
    try:
        schema_name_format(name)
    except ValidationError as error:
        raise SiteRefused(f"模式名“{name}”不可用：{error.message}") from error
    if name in RESERVED_SCHEMA_NAMES or name.startswith("pg_"):
        raise SiteRefused(f"模式名“{name}”为系统保留，请换一个。")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE lower(nspname) = lower(%s)", [name])
        if cursor.fetchone():
            raise SiteRefused(f"模式名“{name}”已被占用。")


def _find_parent(order: SiteOrder) -> Organisation | None:
    if not order.parent:
        return None
    parent = Organisation.objects.filter(schema_name=order.parent).first()
    if parent is None:
        raise SiteRefused(f"上级单位“{order.parent}”不存在。")
    return parent


def _add_hosts(site: Organisation, hosts: tuple[str, ...], acting_user: Any) -> None:
    if not hosts:
        raise SiteRefused("至少需要一个域名。")
    for host in hosts:
        try:
            add_host(site, host, acting_user=acting_user)
        except HostRefused as refusal:
            raise SiteRefused(str(refusal)) from refusal


def _golden_fingerprint() -> str:
    state = SchemaState.objects.filter(schema_name=settings.GOLDEN_SCHEMA_NAME).first()
    if state is None:
        raise SiteRefused("样板模式尚未建立：请先运行 manage.py migrate。")
    return state.fingerprint


def _get_copy_script() -> CopyScript:
    fingerprint = _golden_fingerprint()
    if fingerprint not in _script_of:
        _script_of.clear()
        _script_of[fingerprint] = build_copy_script()
    return _script_of[fingerprint]


def _verify(site: Organisation) -> None:
    """Same tables and columns as the golden schema, none that would be looked up in public, nobody else's secrets."""
    golden, own = _get_copy_script().columns, list_columns(site.schema_name)
    if golden != own:
        raise SiteUnsound(f"{site.schema_name}: differs from golden in {sorted(golden ^ own)[:10]}")
    tables = {row[0] for row in own}
    missing = sorted(set(list_site_tables()) - tables)
    if missing:
        raise SiteUnsound(f"{site.schema_name}: would fall through to the shared schema for {missing}")
    _verify_scrubbed(site, tables)


def _verify_scrubbed(site: Organisation, tables: set[str]) -> None:
    with connection.cursor() as cursor:
        for table in sorted((NEVER_COPIED & tables) - _written_by_steps):
            names = (sql.Identifier(site.schema_name), sql.Identifier(table))
            cursor.execute(sql.SQL("SELECT EXISTS (SELECT 1 FROM {}.{})").format(*names))
            if cursor.fetchone()[0]:
                raise SiteUnsound(f"{site.schema_name}: {table} is not empty")


# Search index and logs of the pages that the steps themselves made.
_written_by_steps = {"wagtailsearch_indexentry", "wagtailcore_pagelogentry", "wagtailcore_modellogentry"}


def list_site_tables() -> list[str]:
    """Tables that every site's schema must have: those of the models that live inside sites."""
    site_apps = {config.label for config in apps.get_app_configs() if _is_site_app(config)}
    return sorted(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in site_apps and model._meta.managed and not model._meta.proxy
    )


def _is_site_app(config: Any) -> bool:
    path = f"{config.__module__}.{config.__class__.__name__}"
    return config.name in settings.TENANT_APPS or path in settings.TENANT_APPS
