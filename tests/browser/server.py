"""The cluster as it is run, for the browser to visit: its web server and a worker, on a database and in folders of their own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.client import HTTPConnection
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN_S = 40.0
ENDS_WITHIN_S = 15.0
Found = TypeVar("Found")


@dataclass(frozen=True)
class BrowserCluster:
    """Where the cluster of the browser tests is to be found."""

    port: int
    folder: Path
    database: str

    def url(self, host: str, path: str = "/") -> str:
        """Absolute address on one of the cluster's hosts."""
        return f"http://{host}:{self.port}{path}"

    @property
    def media_root(self) -> Path:
        """Folder with the files of all sites."""
        return self.folder / "media"

    @property
    def static_root(self) -> Path:
        """Folder with the collected static files."""
        return self.folder / "static"

    def list_mails(self) -> list[EmailMessage]:
        """Mails sent so far, oldest first."""
        files = sorted((self.folder / "mail").glob("*.log"))
        texts = [text for file in files for text in file.read_bytes().split(b"-" * 79 + b"\n")]
        return [message_from_bytes(text, policy=policy.default) for text in texts if text.strip()]

    @property
    def environment(self) -> dict[str, str]:
        """Environment of the cluster's processes."""
        head, _, _ = os.environ["DATABASE_URL"].rpartition("/")
        return {
            **os.environ,
            "TEST_DATABASE_URL": f"{head}/{self.database}",
            "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
            "BROWSER_TEST_FOLDER": str(self.folder),
            "BROWSER_TEST_PORT": str(self.port),
            "MEDIA_ROOT": str(self.media_root),
            "PYTHONWARNINGS": "ignore",
        }


def find_free_port() -> int:
    """A port of the loopback that nobody uses at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def run_web(cluster: BrowserCluster) -> Iterator[None]:
    """The web server, answering from the first line of the block on."""
    command = f"manage.py serve --port {cluster.port} --processes 1 --threads 4"
    with _run(cluster, "web", command.split()) as web:
        _wait_for_answer(cluster, web)
        yield


@contextmanager
def run_worker(cluster: BrowserCluster) -> Iterator[None]:
    """A worker, which takes up the jobs that requests leave."""
    with _run(cluster, "worker", ["manage.py", "work"]):
        yield


@contextmanager
def _run(cluster: BrowserCluster, name: str, arguments: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    with (cluster.folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=cluster.environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            yield process
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_for_answer(cluster: BrowserCluster, web: subprocess.Popen[bytes]) -> None:
    try:
        wait_until(lambda: web.poll() is not None or _answers(cluster.port))
    except TimeoutError:
        web.kill()
    if web.poll() is not None:
        log = (cluster.folder / "web.log").read_text(encoding="utf-8", errors="replace")
        raise RuntimeError(f"the web server does not answer:\n{log[-4000:]}")


def wait_until(find: Callable[[], Found], within_s: float = STARTS_WITHIN_S) -> Found:
    """What `find` finds, as soon as it finds something. Raises TimeoutError."""
    deadline = time.monotonic() + within_s
    while not (found := find()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"nothing after {within_s} s")
        time.sleep(0.05)
    return found


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=STARTS_WITHIN_S)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except ConnectionError:
        return False
    finally:
        connection.close()
