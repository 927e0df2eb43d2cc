"""The whole demo cluster, served on a free port from a database and folders of its own: to measure and to take pictures of."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

from bench.commands import CommandFailed, run_python
from bench.database import ROOT, BenchServer, bench_server, fresh_database

PASSWORD = "Sample-Pass-2026"  # noqa: S105 - of a cluster that lives for one run
_STARTS_WITHIN_S = 60


@dataclass(frozen=True)
class Showcase:
    """Where the cluster is served, and the hosts of its sites by schema."""

    port: int
    database_url: str
    media_root: str
    hosts: dict[str, str]
    kinds: dict[str, str]

    def url(self, schema: str, path: str = "/") -> str:
        """Absolute address on a site."""
        return f"http://{self.hosts[schema]}:{self.port}{path}"

    def fetch(self, schema: str, path: str) -> str:
        """Text of the answer. Python does not know `*.localhost`: it asks 127.0.0.1 with the host's name."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path, headers={"Host": f"{self.hosts[schema]}:{self.port}"})
            return connection.getresponse().read().decode(errors="replace")
        finally:
            connection.close()

    def await_page(self, schema: str, path: str) -> str:
        """Text of the page once it is one: what stands in front may take a while to see that the cluster is up."""
        deadline = time.monotonic() + _STARTS_WITHIN_S
        while "</html>" not in (page := self.fetch(schema, path)) or 'id="main"' not in page:
            if time.monotonic() > deadline:
                raise CommandFailed(f"{path} of {schema} is no page: {page[:200]}")
            time.sleep(0.2)
        return page

    def list_pages(self, schema: str) -> list[str]:
        """The home page, every column, and one page of each column: all page types and layouts that the site has."""
        found = re.findall(r"<loc>http://[^/]+(/[^<]*)</loc>", self.fetch(schema, "/sitemap-1.xml"))
        columns = sorted({path for path in found if not re.search(r"/t\d{8}-[a-z0-9]+/$", path)})
        firsts = {path.rsplit("/t", 1)[0]: path for path in reversed(found) if path not in columns}
        return [*columns, *sorted(firsts.values()), "/site-map/", "/search/?q=%E6%B3%95%E5%BE%8B", "/no-such-page/"]

    def sites(self) -> list[str]:
        """A site of each theme that the roster has."""
        by_kind = {kind: schema for schema, kind in reversed(list(self.kinds.items()))}
        kinds = ("city_bureau", "county_bureau", "judicial_station", "law_office", "notary_office", "legal_aid_centre")
        return [by_kind[kind] for kind in kinds if kind in by_kind]


@contextmanager
def run_showcase(folder: Path) -> Iterator[Showcase]:
    """The cluster for the block, served by one process. Raises BenchBusy, CommandFailed."""
    with prepared_showcase(folder) as prepared, serve(prepared.port, prepared.environment):
        yield prepared.showcase


@dataclass(frozen=True)
class PreparedShowcase:
    """The cluster's data, and what its processes must be told."""

    showcase: Showcase
    environment: dict[str, str]
    server: BenchServer

    @property
    def port(self) -> int:
        """The port that all its addresses name."""
        return self.showcase.port


@contextmanager
def prepared_showcase(folder: Path) -> Iterator[PreparedShowcase]:
    """The cluster's database and files for the block, not served yet. Raises BenchBusy, CommandFailed."""
    with bench_server() as server, fresh_database(server, "bench_showcase") as url:
        port, media = find_free_port(), str(folder / "media")
        environment = {
            **os.environ,
            **{"DATABASE_URL": url, "MEDIA_ROOT": media, "CLUSTER_DEMO": "true", "PORT": str(port)},
            **{"DEMO_PASSWORD": PASSWORD, "DJANGO_SETTINGS_MODULE": "site_core.settings", "PYTHONWARNINGS": "ignore"},
        }
        run_python(["manage.py", "demo", "--prepare-only"], environment)
        sites = json.loads(run_python(["manage.py", "list_sites", "--json"], environment).output)
        showcase = Showcase(
            port,
            url,
            media,
            {site["schema"]: site["primary_host"] for site in sites},
            {site["schema"]: site["kind"] for site in sites if site["state"] == "live"},
        )
        yield PreparedShowcase(showcase, environment, server)


@contextmanager
def serve(
    port: int, environment: dict[str, str], *, workers: int = 1, threads: int = 4
) -> Iterator[subprocess.Popen[bytes]]:
    """The web processes for the block, on a port of the loopback."""
    options = f"--port {port} --processes {workers} --threads {threads}"
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", *options.split()],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await_answer(port, process)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def _await_answer(port: int, process: subprocess.Popen[bytes]) -> None:
    """The port is open before the web processes have loaded: what counts is an answer."""
    deadline = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=_STARTS_WITHIN_S)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == HTTPStatus.OK:
                return
        except OSError:
            pass  # not yet
        finally:
            connection.close()
        time.sleep(0.2)
    raise CommandFailed("the showcase's web server does not answer")


def find_free_port() -> int:
    """A port of the loopback that nobody uses at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def find_chromium() -> str | None:
    """Debian's Chromium."""
    return shutil.which("chromium")
