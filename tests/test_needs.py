"""What a machine lacks leaves tests out and says so in one line; in CI it fails them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.needs import CHROMIUM_PACKAGES

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = """
import pytest

@pytest.mark.needs("chromium")
@pytest.mark.parametrize("number", [1, 2])
def test_that_wants_a_browser(number):
    pass

def test_that_wants_nothing():
    pass
"""
CLOSING_LINE = f"未运行：浏览器测试 2 项：没有找到 chromium（{CHROMIUM_PACKAGES}）"


def run_sample(folder: Path, *options: str, text: str = SAMPLE, **environment: str) -> subprocess.CompletedProcess[str]:
    """pytest on that text, on a machine whose PATH holds nothing."""
    (folder / "test_sample.py").write_text(text)
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-p", "tests.needs", "-p", "no:django", *options, str(folder)]
    given = {"PATH": str(folder), "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "CI": ""}
    environment = {**os.environ, **given, **environment}
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["one process", "two workers"])
def test_left_out_tests_are_told_in_one_line(tmp_path: Path, options: tuple[str, ...]):
    done = run_sample(tmp_path, *options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
    assert done.stdout.count("未运行") == done.stdout.count(CLOSING_LINE) == 1


def test_left_out_tests_fail_in_ci(tmp_path: Path):
    done = run_sample(tmp_path, CI="true")
    assert done.returncode == 1
    assert "1 passed" in done.stdout
    assert "2 errors" in done.stdout
    assert "没有找到 chromium" in done.stdout


def test_nothing_is_told_where_nothing_is_left_out(tmp_path: Path):
    done = run_sample(tmp_path, "-k", "nothing")
    assert "未运行" not in done.stdout


def test_unknown_need_stops_the_run(tmp_path: Path):
    done = run_sample(tmp_path, text=SAMPLE.replace("chromium", "a-telescope"))
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "a-telescope" in done.stdout + done.stderr


def test_what_ci_cannot_install_is_left_out_there_too(tmp_path: Path):
    without_laws = "import pathlib, tests.needs\ntests.needs.LAWS_FILE = pathlib.Path('absent/laws.jsonl.xz')\n"
    text = without_laws + SAMPLE.replace("chromium", "laws")
    done = run_sample(tmp_path, text=text, CI="true")
    assert done.returncode == 0
    assert "未运行：法律全文测试 2 项" in done.stdout
