"""An SMS gateway as a process of its own: `python -m tests.digest.fake_gateway FOLDER`.

Prints its port. Each message that it takes is a line in FOLDER/taken.jsonl before it answers. FOLDER/faults.json holds what
goes wrong: {"drop_after": N} answers nothing to every N-th batch that it took, {"refuse_phones": [...]}, {"busy": N} refuses
the first N for a while, {"silent": true} answers nothing and takes nothing, {"slow": seconds} takes it and answers late,
{"lag": N} hides what it took from the first N questions about it.
"""

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Book:
    """What was taken, and how often something was asked."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._lock = folder, threading.Lock()
        self._batches: dict[str, list[str]] = {}
        self._posts, self._looks = 0, {}

    def faults(self) -> dict[str, Any]:
        file = self._folder / "faults.json"
        return json.loads(file.read_text()) if file.exists() else {}

    def count_post(self) -> int:
        with self._lock:
            self._posts += 1
            return self._posts

    def take(self, batch: dict[str, Any]) -> int:
        with self._lock, (self._folder / "taken.jsonl").open("a") as file:
            self._batches.setdefault(batch["out_id"], []).extend(batch["phones"])
            for phone in batch["phones"]:
                file.write(json.dumps({"phone": phone, **{k: batch[k] for k in ("out_id", "params", "sign")}}) + "\n")
            return len(self._batches)

    def find(self, out_id: str) -> list[str] | None:
        with self._lock:
            seen = self._looks[out_id] = self._looks.get(out_id, 0) + 1
            return None if seen <= self.faults().get("lag", 0) else self._batches.get(out_id)


class Handler(BaseHTTPRequestHandler):
    """POST takes a batch, GET says what became of one."""

    protocol_version = "HTTP/1.1"
    book: Book

    def log_message(self, *arguments: Any) -> None:
        """Quiet."""

    def do_POST(self) -> None:
        batch = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        faults, number = self.book.faults(), self.book.count_post()
        if faults.get("unauthorised"):
            return self._answer(403, {"code": "AUTH", "message": "no"})
        if faults.get("silent"):
            return self._drop()
        if number <= faults.get("busy", 0):
            return self._answer(200, {"code": "BUSY", "message": "later"})
        if set(batch["phones"]) & set(faults.get("refuse_phones", ())):
            return self._answer(200, {"code": "INVALID", "message": f"bad number {batch['phones'][0]}"})
        taken = self.book.take(batch)
        time.sleep(faults.get("slow", 0))
        if faults.get("drop_after") and taken % faults["drop_after"] == 0:
            return self._drop()
        self._answer(200, {"code": "OK", "message": "", "biz_id": f"biz-{taken}"})

    def do_GET(self) -> None:
        out_id = parse_qs(urlsplit(self.path).query)["out_id"][0]
        phones = self.book.find(out_id)
        if phones is None:
            return self._answer(200, {"code": "NOT_FOUND", "message": ""})
        items = [{"phone": phone, "status": "DELIVERED", "report_time": ""} for phone in phones]
        self._answer(200, {"code": "OK", "biz_id": "biz-found", "items": items})

    def _drop(self) -> None:
        """Not even a status line."""
        self.close_connection = True
        self.connection.close()

    def _answer(self, status: int, value: dict[str, Any]) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """Quiet where a caller was killed."""

    def handle_error(self, *arguments: Any) -> None:
        """The caller is gone, or was dropped on purpose."""


def main() -> None:
    Handler.book = Book(Path(sys.argv[1]))
    server = Server(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)  # noqa: T201 - whoever started it reads the port
    server.serve_forever()


if __name__ == "__main__":
    main()
