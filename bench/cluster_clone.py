"""Figure of the newcomer's way: `git clone`, `make demo`, and the city's first page."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.commands import CommandFailed
from bench.database import ROOT
from bench.report import Figure, NotMeasured, Outcome, at_most
from tenants import embedded

if TYPE_CHECKING:
    from bench.cluster import ClusterRun

_CITY_HOST = "sfj.localhost"  # a name that stays
_LONGEST_SECONDS = 1800
_END_SECONDS = 60
_POLL_SECONDS = 0.2
_GOES_ON_IN_CHILDREN = ("HOME", "PATH", "LANG", "LC_ALL", "TMPDIR", "USER", "LOGNAME")
_NETWORK = ("PIP_", "SSL_", "REQUESTS_", "HTTP", "http", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy")


def measure_clone(run: "ClusterRun") -> Iterator[Outcome]:
    """Seconds from the clone's start to the first answer; packages come from the registry, not from pip's cache."""
    if not run.scale.with_clone:
        yield NotMeasured("clone_to_first_page", "left out of the short run")
        return
    with _empty_folder() as folder:
        start = time.perf_counter()
        subprocess.run(["git", "clone", "--quiet", "--no-local", str(ROOT), str(folder)], check=True)
        cloned = time.perf_counter()
        with _demo(folder) as demo:
            environment = _wait_for_first_page(folder, *demo)
            seconds = time.perf_counter() - start
    notes = {"clone_s": round(cloned - start, 1), "environment_s": round(environment - cloned, 1)}
    yield Figure("clone_to_first_page", seconds, "s", at_most(240), notes)


@contextmanager
def _empty_folder() -> Iterator[Path]:
    """A folder that goes with everything in it, once no database server works there any more."""
    folder = Path(tempfile.mkdtemp(prefix="bench-clone-")) / "checkout"
    try:
        yield folder
    finally:
        _await_end_of_server(folder / "var" / "postgres")
        shutil.rmtree(folder.parent)


def _await_end_of_server(data: Path) -> None:
    """The demo stops its server itself, if it came that far; one that is still there is stopped here."""
    deadline = time.perf_counter() + _END_SECONDS
    while (data / "postmaster.pid").exists() and time.perf_counter() < deadline:
        time.sleep(_POLL_SECONDS)
    embedded.stop(data)


@contextmanager
def _demo(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """`make demo` on a free port, running for the block; its output stands in `demo.log` beside the checkout."""
    port = _free_port()
    with (folder.parent / "demo.log").open("wb") as log:
        demo = subprocess.Popen(
            ["make", "demo", f"PORT={port}"], cwd=folder, env=_newcomer(), stdout=log, stderr=subprocess.STDOUT
        )
        try:
            yield demo, port
        finally:
            demo.send_signal(signal.SIGTERM)
            demo.wait(timeout=_END_SECONDS)


def _newcomer() -> dict[str, str]:
    """What a fresh shell has, and how this machine reaches the registry; nothing of this bench, nor of the make above it."""
    kept = {
        name: value for name, value in os.environ.items() if name in _GOES_ON_IN_CHILDREN or name.startswith(_NETWORK)
    }
    return kept | {"PIP_NO_CACHE_DIR": "1"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for_first_page(folder: Path, demo: subprocess.Popen[bytes], port: int) -> float:
    """Returns when the virtual environment was ready. Raises CommandFailed where the demo ends or takes for ever."""
    deadline, environment_at = time.perf_counter() + _LONGEST_SECONDS, 0.0
    while not _answers(port):
        if not environment_at and any(folder.glob(".venv/ready-*")):
            environment_at = time.perf_counter()
        if demo.poll() is not None or time.perf_counter() > deadline:
            tail = (folder.parent / "demo.log").read_text(errors="replace")[-3000:]
            raise CommandFailed(f"make demo: no first page\n{tail}")
        time.sleep(_POLL_SECONDS)
    return environment_at or time.perf_counter()


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/", headers={"Host": _CITY_HOST})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
