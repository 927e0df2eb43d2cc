"""The two servers outside, started for a test or a bench, and what they took."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class Outside:
    """A server with its folder."""

    def __init__(self, module: str, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        command = [sys.executable, "-W", "ignore", "-m", f"tests.digest.{module}", str(folder)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def set_faults(self, **faults: Any) -> None:
        """What goes wrong from now on."""
        new = self.folder / "faults.new"
        new.write_text(json.dumps(faults))
        new.replace(self.folder / "faults.json")

    def read(self, name: str) -> list[dict[str, Any]]:
        """What it took."""
        file = self.folder / name
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def stop(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


class MailServer(Outside):
    """SMTP."""

    def mails(self) -> list[dict[str, Any]]:
        """What it took, in order: to, headers, bodies."""
        return self.read("mails.jsonl")

    def readers(self) -> Counter[str]:
        """How often each address was written to."""
        return Counter(each["to"][0] for each in self.mails())


class Gateway(Outside):
    """Short messages."""

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/sms"

    def messages(self) -> list[dict[str, Any]]:
        """What it took, phone by phone: phone, out_id, params, sign."""
        return self.read("taken.jsonl")

    def phones(self) -> Counter[str]:
        """How often each phone was written to."""
        return Counter(each["phone"] for each in self.messages())


@contextmanager
def mail_server(folder: Path) -> Iterator[MailServer]:
    """The mail server for the block."""
    server = MailServer("fake_smtp", folder)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def sms_gateway(folder: Path) -> Iterator[Gateway]:
    """The gateway for the block."""
    gateway = Gateway("fake_gateway", folder)
    try:
        yield gateway
    finally:
        gateway.stop()
