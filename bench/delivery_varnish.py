"""Varnish for a bench: with the product's own VCL in front of its web processes, or plain in front of nginx."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from bench.database import ROOT
from bench.peers import find_program, running
from bench.showcase import find_free_port, serve

if TYPE_CHECKING:
    from bench.delivery import DeliveryRun

_VCL = ROOT / "deploy" / "varnish"
_UNIT = ROOT / "deploy" / "systemd" / "sitecluster-varnish.service"
_NODES = """
probe healthz {{ .url = "/healthz"; .interval = 500ms; .timeout = 2s; .window = 5; .threshold = 3; .initial = 3; }}
backend web {{ .host = "127.0.0.1"; .port = "{backend}"; .probe = healthz; .connect_timeout = 1s; }}
acl proxies {{ }}
acl purgers {{ "127.0.0.1"; }}
"""
_PLAIN = """
vcl 4.1;
backend web {{ .host = "127.0.0.1"; .port = "{backend}"; }}
sub vcl_backend_response {{
    set beresp.ttl = 1d;
    set beresp.do_gzip = false;
    unset beresp.http.Server;
    unset beresp.http.Last-Modified;
    return (deliver);
}}
"""


def start_parameters() -> list[str]:
    """What the unit gives to varnishd by `-p`, where VCL lies apart."""
    return [each for each in re.findall(r"-p (\S+)", _UNIT.read_text()) if not each.startswith("vcl_path=")]


@contextmanager
def serve_behind_varnish(run: "DeliveryRun", *, threads: int = 4) -> Iterator[None]:
    """The cluster on its own port, behind Varnish, with a worker that carries the purges. Raises PeerMissing."""
    inner = find_free_port()
    with (
        _varnish_before(run, inner, run.prepared.port) as environment,
        serve(inner, environment, workers=2, threads=threads),
        _worker_beside(environment),
    ):
        run.prepared.showcase.await_page("city", "/")
        yield


@contextmanager
def _varnish_before(run: "DeliveryRun", inner: int, outer: int) -> Iterator[dict[str, str]]:
    """Varnish on `outer` before web processes that will listen on `inner`; their environment."""
    folder = run.workspace / "varnish"
    folder.mkdir(exist_ok=True)
    (folder / "sitecluster-nodes.vcl").write_text(_NODES.format(backend=inner))
    environment = run.prepared.environment | {
        "VARNISH_NODES": f"http://127.0.0.1:{outer}",
        "ALLOWED_PROXIES": "127.0.0.1",
    }
    with _varnish(_VCL / "sitecluster.vcl", outer, folder, vcl_path=f"{folder}:{_VCL}"):
        settings.VARNISH_NODES = [environment["VARNISH_NODES"]]  # this process publishes, and so tells the node
        try:
            yield environment
        finally:
            settings.VARNISH_NODES = []


@contextmanager
def varnish_plain(run: "DeliveryRun", backend: int) -> Iterator[int]:
    """Port of a Varnish with nothing of ours."""
    folder, port = run.workspace / "varnish-plain", find_free_port()
    folder.mkdir(exist_ok=True)
    config = folder / "plain.vcl"
    config.write_text(_PLAIN.format(backend=backend))
    with _varnish(config, port, folder, vcl_path=str(folder)):
        yield port


@contextmanager
def _varnish(config: Path, port: int, folder: Path, *, vcl_path: str) -> Iterator[None]:
    command = [
        *(find_program("chrt"), "--batch", "0"),
        find_program("varnishd"),
        "-F",
        "-j",
        "none",
        "-f",
        str(config),
        "-a",
        f"127.0.0.1:{port}",
        "-n",
        str(folder / "work"),
    ]
    parameters = (*start_parameters(), f"vcl_path={vcl_path}", "vsl_space=16m")
    options = [part for each in parameters for part in ("-p", each)]
    with running([*command, "-s", "malloc,512m", *options], port):
        yield


@contextmanager
def _worker_beside(environment: dict[str, str]) -> Iterator[None]:
    """A worker, which carries purges to Varnish; it ends when the database goes, and is started again as systemd does it."""
    keep = ["bash", "-c", 'while :; do "$@"; sleep 2; done', "keep"]
    process = subprocess.Popen(
        [*keep, sys.executable, "manage.py", "work"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)
