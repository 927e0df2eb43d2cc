"""A fake as tests use it: a process of its own for a block, and its steering as methods."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

_ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def running(platform: str, *, hour_seconds: float | None = None, port: int = 0) -> Iterator[str]:
    """The address of a fake of the platform, which runs as long as the block. Hours are as in the environment unless given."""
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    if hour_seconds is not None:
        environment["MICROBLOG_HOUR_SECONDS"] = str(hour_seconds)
    command = [sys.executable, "-m", "tests.microblog.fakes", platform, "--port", str(port)]
    process = subprocess.Popen(command, cwd=_ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        if not url.startswith("http://"):
            raise RuntimeError(f"the fake of {platform} did not start")
        yield url
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


class Steering:
    """What can be asked of a fake beside its platform's interface."""

    def __init__(self, url: str) -> None:
        self.url = url
        #: For requests to the platform itself; no redirect is followed.
        self.client = httpx.Client(base_url=url, trust_env=False, timeout=10)

    def __enter__(self) -> "Steering":
        return self

    def __exit__(self, *args: object) -> None:
        self.client.close()

    def _ask(self, method: str, path: str, given: Any = None) -> Any:
        answer = self.client.request(method, path, json=given)
        answer.raise_for_status()
        return answer.json()

    def fault(self, kind: str, **fields: Any) -> None:
        """Misbehave: once, unless `times` or `share` says otherwise."""
        self._ask("POST", "/_fault", {"kind": kind, **fields})

    def heal(self) -> None:
        """Behave again."""
        self._ask("DELETE", "/_fault")

    def log(self, path: str = "") -> list[dict[str, Any]]:
        """Requests so far whose path contains this."""
        return [entry for entry in self._ask("GET", "/_log") if path in entry["path"]]

    def posts(self, account: str = "") -> list[dict[str, Any]]:
        """What is published, of one account where given."""
        found: list[dict[str, Any]] = self._ask("GET", f"/_posts?account={account}" if account else "/_posts")
        return found

    def post_by_hand(self, **given: Any) -> dict[str, Any]:
        """Somebody posts on the platform itself."""
        found: dict[str, Any] = self._ask("POST", "/_post", given)
        return found

    def set_counts(self, remote_id: str, **counts: int) -> None:
        """What became of a post."""
        self._ask("POST", "/_counts", {"id": remote_id, **counts})

    def make_account(self, **given: Any) -> dict[str, Any]:
        """A new account, in the adapters' words."""
        found: dict[str, Any] = self._ask("POST", "/_account", given)
        return found

    def set(self, **settings: Any) -> None:
        """Change settings of the platform."""
        self._ask("POST", "/_set", settings)

    def reset(self) -> None:
        """As new."""
        self._ask("POST", "/_reset")
