"""What some tests need beyond Python: `@pytest.mark.needs("chromium")`.

Where it is missing they are left out, and one closing line for each kind says how many and why. With CI set, what CI can
install is not left out: there such a test fails, since a wave that proves nothing must not be green.
"""

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

LAWS_FILE = Path(__file__).resolve().parents[2] / "shared" / "data" / "laws.jsonl.xz"
CHROMIUM_PACKAGES = "apt-get install chromium fonts-noto-cjk"
_SYSTEM_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"  # varnishd is not on everybody's path
_LEFT_OUT = pytest.StashKey[Counter[str]]()


@dataclass(frozen=True)
class Need:
    """A kind of tests, what keeps this machine from running them ('' for nothing), and whether CI has to run them."""

    label: str
    find_obstacle: Callable[[], str]
    is_due_in_ci: bool


@cache
def find_chromium_obstacle() -> str:
    """Chromium draws the pages, fonts with Chinese make them readable; without them a page is boxes of another width."""
    if shutil.which("chromium") is None:
        return f"没有找到 chromium（{CHROMIUM_PACKAGES}）"
    return "" if _has_chinese_font() else f"没有找到中文字体（{CHROMIUM_PACKAGES}）"


def _has_chinese_font() -> bool:
    fc_list = shutil.which("fc-list")
    if fc_list is None:
        return any(True for folder in _font_folders() for _ in folder.glob("**/*CJK*"))
    done = subprocess.run([fc_list, ":lang=zh-cn", "family"], capture_output=True, text=True, check=False)
    return bool(done.stdout.strip())


def _font_folders() -> Iterator[Path]:
    for folder in os.environ.get("XDG_DATA_DIRS", "/usr/local/share:/usr/share").split(":"):
        yield Path(folder) / "fonts"


def find_laws_obstacle() -> str:
    """The law texts are nobody's to ship: they lie beside the checkout, or nowhere."""
    return "" if LAWS_FILE.exists() else f"没有找到 ../shared/data/{LAWS_FILE.name}"


def find_search_server_obstacle() -> str:
    """A real search server: Java runs it, Maven fetches it once."""
    from bench.search_server import why_missing

    return why_missing() or ""


def find_varnish_obstacle() -> str:
    """Varnish itself, and the module that drops pages by tag."""
    packages = "apt-get install varnish varnish-modules"
    if shutil.which("varnishd", path=_SYSTEM_PATH) is None:
        return f"没有找到 varnishd（{packages}）"
    found = any(True for folder in Path("/usr/lib").glob("**/varnish/vmods") for _ in folder.glob("libvmod_xkey.so"))
    return "" if found else f"没有找到 Varnish 的 xkey 模块（{packages}）"


def find_nginx_obstacle() -> str:
    """nginx as Debian has it."""
    return "" if shutil.which("nginx", path=_SYSTEM_PATH) else "没有找到 nginx：apt-get install nginx-light"


NEEDS = {
    "chromium": Need("浏览器测试", find_chromium_obstacle, is_due_in_ci=True),
    "search_server": Need("检索服务器测试", find_search_server_obstacle, is_due_in_ci=True),
    "varnish": Need("Varnish 测试", cache(find_varnish_obstacle), is_due_in_ci=True),
    "nginx": Need("nginx 测试", find_nginx_obstacle, is_due_in_ci=True),
    "laws": Need("法律全文测试", find_laws_obstacle, is_due_in_ci=False),
}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"needs(kind): runs only where that is there ({', '.join(NEEDS)})")
    config.stash[_LEFT_OUT] = Counter()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = {item: kind for item in items if (kind := _find_kind_to_leave_out(item))}
    if left_out:
        config.stash[_LEFT_OUT].update(left_out.values())
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]


def _find_kind_to_leave_out(item: pytest.Item) -> str | None:
    kinds = list(_list_obstacles(item))
    return kinds[0] if kinds and not (_is_ci() and any(NEEDS[kind].is_due_in_ci for kind in kinds)) else None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    obstacles = _list_obstacles(item)
    if obstacles:
        pytest.fail("；".join(obstacles.values()), pytrace=False)


def _list_obstacles(item: pytest.Item) -> dict[str, str]:
    """Kind → reason, of what the test needs and the machine has not."""
    kinds = [str(kind) for mark in item.iter_markers("needs") for kind in mark.args]
    unknown = [kind for kind in kinds if kind not in NEEDS]
    if unknown:
        raise pytest.UsageError(f"{item.nodeid}: needs({unknown[0]!r}) is not in tests/needs.py")
    return {kind: reason for kind in kinds if (reason := NEEDS[kind].find_obstacle())}


def _is_ci() -> bool:
    return os.environ.get("CI", "").lower() not in {"", "0", "false"}


def pytest_sessionfinish(session: pytest.Session) -> None:
    # Workers of xdist collect; the process that prints does not.
    if hasattr(session.config, "workeroutput"):
        left_out = session.config.stash[_LEFT_OUT]
        session.config.workeroutput["left_out"] = dict(left_out)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: Any) -> None:
    # Every worker collects everything: their counts are the same and not to be added up.
    told = Counter(getattr(node, "workeroutput", {}).get("left_out", {}))
    node.config.stash[_LEFT_OUT] = node.config.stash[_LEFT_OUT] | told


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    for kind, count in sorted(config.stash[_LEFT_OUT].items()):
        need = NEEDS[kind]
        terminalreporter.write_line(f"未运行：{need.label} {count} 项：{need.find_obstacle()}", yellow=True)
