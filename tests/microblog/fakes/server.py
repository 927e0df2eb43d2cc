"""The HTTP server around a fake platform: its faults, its log, and the addresses by which it is steered."""

import json
import logging
import socket
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.microblog.fakes.faults import Fault, Faults, FaultUnknown
from tests.microblog.fakes.messages import Reply, Seen
from tests.microblog.fakes.platform import FakePlatform

logger = logging.getLogger(__name__)

_OURS = ("error", "rate", "expired", "duplicate", "processing")


class FakeServer(ThreadingHTTPServer):
    """One platform, at a port of loopback; 0 for one that is free."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, kind: type[FakePlatform], port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self._kind = kind
        self.lock = Lock()
        self.reset()

    def reset(self) -> None:
        """As new."""
        self.platform = self._kind(self.url)
        self.faults = Faults()
        self.log: list[dict[str, Any]] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is none of our errors; everything else is printed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes; the second must not wait for the client's word
    server: FakeServer

    def log_message(self, *args: Any) -> None:
        """The log is at `/_log`."""

    def _any(self) -> None:
        body = self._read_body()
        seen = Seen.read(self.command, self.path, self.headers, body, self.client_address[0])
        if seen.path.startswith("/_"):
            self._send(self._steer(seen))
            return
        self._serve(seen)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = _any

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return b"".join(iter(self._read_chunk, b""))
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _read_chunk(self) -> bytes:
        size = int(self.rfile.readline().split(b";")[0], 16)
        chunk = self.rfile.read(size)
        self.rfile.readline()
        return chunk

    def _serve(self, seen: Seen) -> None:
        """One request to the platform, with what meets it."""
        fault = seen.fault = self.server.faults.find(seen.method, seen.path)
        kind = fault.kind if fault else ""
        if fault and kind == "delay" and fault.where == "before":
            time.sleep(fault.seconds)
        reply = self._work(seen)
        if fault and kind == "delay" and fault.where == "after":
            time.sleep(fault.seconds)
        if reply is None or kind == "drop_after_accept":
            self._drop()
        else:
            self._send(reply)

    def _work(self, seen: Seen) -> Reply | None:
        """What is done, and written into the log; None for nothing."""
        with self.server.lock:
            if seen.fault and seen.fault.kind == "drop_before":
                self._remember(seen, None)
                return None
            try:
                reply = self._misbehave(seen) or self.server.platform.answer(seen)
            except Exception:  # an error of the fake itself; whoever sees the 500 finds it on stderr
                logger.exception("the fake failed")
                reply = Reply({"error": "the fake failed"}, status=500, done="the fake failed")
            self._remember(seen, reply)
        return reply

    def _misbehave(self, seen: Seen) -> Reply | None:
        if seen.fault is None or seen.fault.kind not in _OURS:
            return None
        return self.server.platform.misbehave(seen.fault, seen)

    def _remember(self, seen: Seen, reply: Reply | None) -> None:
        dropped = seen.fault is not None and seen.fault.kind.startswith("drop_")
        self.server.log.append(
            {
                **seen.as_log(),
                "status": reply.status if reply and not dropped else None,
                "answer": reply.body if reply and not isinstance(reply.body, bytes) else None,
                "done": reply.done if reply else "",
            }
        )

    def _drop(self) -> None:
        """Close without an answer."""
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # gone already

    def _send(self, reply: Reply) -> None:
        content, headers = reply.encode()
        self.send_response(reply.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _steer(self, seen: Seen) -> Reply:
        """The addresses that begin with `/_`: none of them is in the log."""
        steer = getattr(self, f"_{seen.method.lower()}{seen.path[1:]}", None)
        if steer is None:
            return Reply({"error": "no such address"}, status=404)
        try:
            with self.server.lock:
                return Reply(steer(seen.json if seen.json is not None else _lenient(seen.body)))
        except (FaultUnknown, KeyError, TypeError, ValueError) as problem:
            return Reply({"error": f"{type(problem).__name__}: {problem}"}, status=400)

    def _post_fault(self, given: dict[str, Any]) -> Any:
        self.server.faults.add(Fault.read(given))
        return {"ok": True}

    def _delete_fault(self, given: Any) -> Any:
        self.server.faults.clear()
        return {"ok": True}

    def _get_log(self, given: Any) -> Any:
        return self.server.log

    def _delete_log(self, given: Any) -> Any:
        self.server.log = []
        return {"ok": True}

    def _get_posts(self, given: Any) -> Any:
        wanted = parse_qs(urlsplit(self.path).query).get("account")
        return [post for post in self.server.platform.list_posts() if wanted is None or str(post["account"]) in wanted]

    def _post_post(self, given: dict[str, Any]) -> Any:
        return self.server.platform.post_by_hand(given)

    def _post_counts(self, given: dict[str, Any]) -> Any:
        self.server.platform.set_counts(given)
        return {"ok": True}

    def _post_account(self, given: dict[str, Any]) -> Any:
        return self.server.platform.make_account(given)

    def _post_set(self, given: dict[str, Any]) -> Any:
        self.server.platform.change_settings(given)
        return self.server.platform.settings

    def _post_reset(self, given: Any) -> Any:
        self.server.reset()
        return {"ok": True}


def _lenient(body: bytes) -> Any:
    """JSON whatever the content type says, as `curl -d` sends it."""
    return json.loads(body) if body.strip() else {}
