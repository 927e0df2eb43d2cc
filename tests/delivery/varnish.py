"""A real varnishd on loopback with the product's own VCL, and a small application behind it that answers as told."""

import http.client
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bench.delivery_varnish import start_parameters

VCL = Path(__file__).resolve().parents[2] / "deploy" / "varnish"
NODES = """
probe healthz {{ .url = "/healthz"; .interval = 100ms; .timeout = 500ms; .window = 3; .threshold = 2; .initial = 2; }}
backend web {{ .host = "127.0.0.1"; .port = "{backend}"; .probe = healthz; .connect_timeout = 500ms; }}
acl proxies {{ {proxies} }}
acl purgers {{ {purgers} }}
"""
HOST = "kongtong.sfj.localhost"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def wait_for(is_so: Callable[[], Any], seconds: float = 10.0) -> None:
    """Until it is so; the only way to watch a process that does not tell."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "in vain"
        time.sleep(0.01)


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def source(self) -> str:
        return self.headers.get("cache-status", "")


@dataclass
class Asked:
    """A request as the application saw it."""

    method: str
    path: str
    headers: dict[str, str]


def ask(
    port: int, path: str = "/", method: str = "GET", host: str = HOST, source: str = "127.0.0.1", **headers: str
) -> Answer:
    """One request, as written: nothing is encoded. `source` is the loopback address that it comes from."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15, source_address=(source, 0))
    with suppress(AttributeError):
        connection._validate_path = lambda url: None  # type: ignore[attr-defined] # strangers do not validate either
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    connection.putheader("Host", host)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    response = connection.getresponse()
    answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    connection.close()
    return answer


@dataclass
class Backend:
    """The application: `pages` maps paths (with query) to functions of the request; the rest is a page that may be kept."""

    port: int = 0
    pages: dict[str, Callable[[Asked], tuple[int, dict[str, str], bytes]]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    health: int = 200

    def paths(self) -> list[str]:
        return [each.path for each in self.asked]

    def forget(self) -> None:
        self.pages.clear()
        self.asked.clear()
        self.health = 200


def keep(tags: str = "page:a:1", seconds: int = 86400, late: float = 0.0, **headers: str) -> dict[str, str]:
    """Headers of an answer that may be kept."""
    return {
        "xkey": f"* {tags}",
        "Surrogate-Control": f"max-age={seconds}",
        "X-Checked-At": f"{time.time() - late:.3f}",
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding, Cookie",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }


def _handler_of(backend: Backend) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            if self.path == "/healthz":
                return self._send(backend.health, {}, b"{}")
            asked = Asked(self.command, self.path, {k.lower(): v for k, v in self.headers.items()})
            backend.asked.append(asked)
            make = backend.pages.get(self.path)
            status, headers, body = make(asked) if make else (200, keep(), self.path.encode())
            return self._send(status, headers, body)

        do_POST = do_HEAD = do_PURGE = do_GET

        def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


@contextmanager
def run_backend(port: int = 0) -> Iterator[Backend]:
    backend = Backend()
    server = _Server(("127.0.0.1", port), _handler_of(backend))
    backend.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield backend
    server.shutdown()
    server.server_close()


@dataclass
class Varnish:
    """A running node."""

    port: int
    folder: Path
    backend: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, path: str = "/", method: str = "GET", **options: Any) -> Answer:
        return ask(self.port, path, method, **options)

    def purge(self, tags: str, **options: Any) -> Answer:
        return self.ask("/", "PURGE", **{"xkey_purge": tags, **options})

    def flush(self) -> None:
        assert self.purge("*").status == 200

    def start(self) -> None:
        (self.folder / "log").touch()
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(_command_of(self), stdout=log, stderr=log)
        wait_for(self.is_answering, 20)

    def is_answering(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.folder / "log").read_text()
        try:
            return self.ask("/", "PURGE").status == 400
        except OSError:
            return False

    def seconds_kept(self, path: str) -> list[float]:
        """For how long each answer to the path was taken, from Varnish's own log: 0 if not at all."""
        # Each fetch by itself: what links it to the reader's request is left out of the log (vsl_mask of the unit).
        query = ("-b", "-g", "vxid", "-q", f'BereqURL eq "{path}"', "-i", "TTL")
        command = ["varnishlog", "-n", str(self.folder / "work"), "-d", *query]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        answers = [re.findall(r"TTL +(?:VCL|RFC) (-?[\d.]+)", part) for part in said.split("\n\n")]
        return [float(each[-1]) for each in answers if each]

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None


def _command_of(node: Varnish) -> list[str]:
    program = shutil.which("varnishd", path="/usr/sbin:/usr/local/sbin") or "varnishd"
    parameters = (*start_parameters(), f"vcl_path={node.folder}:{VCL}", "vsl_space=1m", "thread_pool_min=10")
    return [
        *(program, "-F", "-j", "none", "-n", str(node.folder / "work"), "-a", f"127.0.0.1:{node.port}"),
        *("-f", str(VCL / "sitecluster.vcl"), "-s", "malloc,64m", "-s", "Transient=malloc,16m"),
        *(part for each in parameters for part in ("-p", each)),
    ]


@contextmanager
def run_varnish(
    folder: Path, backend: int, proxies: str = '"127.0.0.9";', purgers: str = '"127.0.0.1";'
) -> Iterator[Varnish]:
    """A node in front of the port; 127.0.0.1 may purge, 127.0.0.9 is a proxy, every other loopback address a stranger."""
    folder.mkdir(parents=True, exist_ok=True)
    text = NODES.format(backend=backend, proxies=proxies, purgers=purgers)
    (folder / "sitecluster-nodes.vcl").write_text(text)
    node = Varnish(free_port(), folder, backend)
    node.start()
    try:
        yield node
    finally:
        node.stop()
