"""Servers of others beside ours: nginx with a file, Varnish in front of something; and wrk, which asks them."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from bench.showcase import find_free_port

_NGINX = """
user root; worker_processes 2; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; open_file_cache max=100; keepalive_requests 10000000;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  types {{ text/html html; }}
  server {{ listen 127.0.0.1:{port}; root {folder}/www; location / {{ {headers} }} }}
}}
"""
_FAILED = re.compile(r"Non-2xx or 3xx responses: (\d+)")


class PeerMissing(RuntimeError):
    """The machine lacks the program."""


class LoadFailed(RuntimeError):
    """Answers were none: their rate would mean nothing."""


@dataclass(frozen=True)
class Load:
    """What wrk saw: requests a second, and answers that were none."""

    rate: float
    failed: int


def find_program(name: str) -> str:
    """Path of a program. Raises PeerMissing."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if not found:
        raise PeerMissing(f"{name} is not installed")
    return found


@contextmanager
def nginx_with(body: bytes, folder: Path, *, headers: str = "") -> Iterator[int]:
    """Port of an nginx that sends these bytes as `/page.html`, set for speed. `headers`: further directives."""
    program, port = find_program("nginx"), find_free_port()
    (folder / "www").mkdir(parents=True, exist_ok=True)
    (folder / "www" / "page.html").write_bytes(body)
    config = folder / "nginx.conf"
    config.write_text(_NGINX.format(folder=folder, port=port, headers=headers))
    with running([program, "-c", str(config), "-e", str(folder / "nginx.log")], port):
        yield port


@contextmanager
def running(command: list[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The program for the block, from when it takes connections on."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while not _takes_connections(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise PeerMissing(f"{command[0]} did not start")
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def _takes_connections(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.connect()
    except OSError:
        return False
    finally:
        connection.close()
    return True


def load(
    port: int, path: str, host: str, *, seconds: int, connections: int = 32, threads: int = 2, packed: bool = False
) -> Load:
    """As many requests as wrk can make; `packed` as browsers ask, for compressed pages."""
    command = [find_program("wrk"), f"-t{threads}", f"-c{connections}", f"-d{seconds}", "-H", f"Host: {host}"]
    command += ["-H", "Accept-Encoding: gzip"] if packed else []
    said = subprocess.run(
        [*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True
    ).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    failed = _FAILED.search(said)
    if rate is None:
        raise PeerMissing(f"wrk said: {said[-500:]}")
    return Load(float(rate[1]), int(failed[1]) if failed else 0)


def load_well(port: int, path: str, host: str, *, seconds: int, packed: bool = False) -> float:
    """Requests a second, all of them answered with the page. Raises LoadFailed."""
    seen = load(port, path, host, seconds=seconds, packed=packed)
    if seen.failed:
        raise LoadFailed(f"{seen.failed} answers of {host}:{port}{path} were not 200")
    return seen.rate


@contextmanager
def steady_load(port: int, paths: list[tuple[str, str]], rate: int, folder: Path) -> Iterator[None]:
    """About `rate` requests a second over (host, path) pairs while the block lasts, from another process."""
    connections = 20
    lines = ", ".join(f'{{"{host}", "{path}"}}' for host, path in paths)
    script = folder / "steady.lua"
    script.write_text(
        f"local pages = {{{lines}}}\nlocal n = 0\n"
        "request = function() n = n + 1; local p = pages[n % #pages + 1];"
        ' return wrk.format("GET", p[2], {Host = p[1]}) end\n'
        f"delay = function() return {max(1, connections * 1000 // rate)} end\n"
    )
    command = [find_program("wrk"), "-t1", f"-c{connections}", "-d3600", "-s", str(script), f"http://127.0.0.1:{port}/"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait()
