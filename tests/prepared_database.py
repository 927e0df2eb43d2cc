"""The database that all tests start from: migrated once, with a site of each kind, then copied for each worker.

It is made anew when what it is made from changes; a copy by `CREATE DATABASE … TEMPLATE` takes about 0.2 s.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from tenants.provisioning import SiteOrder, create_site

ROOT = Path(__file__).resolve().parent.parent
MADE_FROM = (
    "*/migrations/*.py",
    "*/*/migrations/*.py",
    "blueprints/shipped/*.toml",
    *(f"blueprints/{name}.py" for name in ("content", "aiming", "applying", "page_making", "home_writing")),
    "site_core/roles.py",
)
MADE_FROM += (
    "site_core/provisioning_steps.py",
    "tenants/provisioning.py",
    "tenants/schema_copy.py",
    "tests/prepared_database.py",
)

_PREPARE = "import django; django.setup(); from tests.prepared_database import ensure_prepared; ensure_prepared()"

CITY = "city"
SITES = (
    SiteOrder(
        "city",
        ("sfj.localhost",),
        "",
        {"name": "平凉市司法局", "short_name": "市司法局", "kind": "city_bureau"},
    ),
    SiteOrder(
        "kongtong",
        ("kongtong.sfj.localhost",),
        "city",
        {"name": "平凉市崆峒区司法局", "short_name": "崆峒区司法局", "kind": "county_bureau"},
    ),
    SiteOrder(
        "jingning",
        ("jingning.sfj.localhost",),
        "city",
        {"name": "静宁县司法局", "short_name": "静宁县司法局", "kind": "county_bureau"},
    ),
    SiteOrder(
        "liuhu",
        ("liuhu.kongtong.sfj.localhost",),
        "kongtong",
        {"name": "柳湖司法所", "short_name": "柳湖所", "kind": "judicial_station"},
    ),
    SiteOrder(
        "lawfirm",
        ("moujia.lawfirm.localhost",),
        "",
        {"name": "某甲律师事务所", "short_name": "某甲所", "kind": "law_office"},
    ),
    SiteOrder(
        "notary",
        ("city.notary.localhost",),
        "city",
        {"name": "平凉市公证处", "short_name": "市公证处", "kind": "notary_office"},
    ),
    SiteOrder(
        "aid",
        ("aid.sfj.localhost",),
        "city",
        {"name": "平凉市法律援助中心", "short_name": "市法援中心", "kind": "legal_aid_centre"},
    ),
)


def prepared_name() -> str:
    """Name of the database, by the content of what it is made from."""
    digest = hashlib.sha256()
    for pattern in MADE_FROM:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return f"prepared_{digest.hexdigest()[:12]}"


def maintenance_connection() -> psycopg.Connection:
    """A connection from which databases are made and dropped."""
    params = {
        key: value
        for key, value in connection.get_connection_params().items()
        if key in {"host", "port", "user", "password"}
    }
    return psycopg.connect(**params, dbname=os.environ.get("TEST_MAINTENANCE_DB", "cluster"), autocommit=True)


def ensure_prepared() -> str:
    """The prepared database, made if it is not there. One process makes it while the others wait."""
    name = prepared_name()
    with maintenance_connection() as maintenance:
        maintenance.execute("SELECT pg_advisory_lock(7315)")
        if not _is_there(maintenance, name):
            _drop_outdated(maintenance)
            _make(maintenance, name)
    return name


def start_preparing() -> None:
    """Have another process make the prepared database if it is not there; whoever needs it waits (`ensure_prepared`)."""
    with maintenance_connection() as maintenance:
        if not _is_there(maintenance, prepared_name()):
            subprocess.Popen([sys.executable, "-W", "ignore", "-c", _PREPARE], cwd=ROOT)


def _is_there(maintenance: psycopg.Connection, name: str) -> bool:
    return bool(maintenance.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone())


def _drop_outdated(maintenance: psycopg.Connection) -> None:
    rows = maintenance.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE 'prepared\\_%' OR datname LIKE 'test\\_%'"
    ).fetchall()
    for (name,) in rows:
        maintenance.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _make(maintenance: psycopg.Connection, name: str) -> None:
    half_made = f"{name}_half"
    maintenance.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(half_made)))
    maintenance.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(half_made)))
    use_database(half_made)
    with _swapped_models_known():
        call_command("migrate", verbosity=0)
    for order in SITES:
        create_site(SiteOrder(order.schema_name, order.hosts, order.parent, {**order.fields, "state": "live"}))
    connection.close()
    maintenance.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(half_made), sql.Identifier(name))
    )


@contextmanager
def _swapped_models_known() -> Iterator[None]:
    """Migrations ask for each relation whether its model is swapped, and Django forgets the answer with each state."""
    # Which models are swapped does not change while the process lives: a quarter of all migrating goes into that question.
    swapped = {model._meta.label_lower: model._meta.swappable for model in apps.get_models(include_swapped=True)}
    by_target = {str(getattr(settings, name)).lower(): name for name in swapped.values() if name}
    names = {label: name for label, name in swapped.items() if name} | by_target
    apps.get_swappable_settings_name = lambda to: names.get(to.lower())  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        del apps.get_swappable_settings_name  # type: ignore[method-assign]


def use_database(name: str) -> None:
    """Point Django's connection at another database of the same server."""
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


def copy_prepared(name: str) -> str:
    """A fresh copy of the prepared database under that name."""
    template = ensure_prepared()
    with maintenance_connection() as maintenance:
        maintenance.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        maintenance.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    return name


def drop(name: str) -> None:
    """Drop a copy."""
    with maintenance_connection() as maintenance:
        maintenance.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
