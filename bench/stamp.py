"""When, of which code and on what a figure was measured."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def make_stamp(root: Path, *, short: bool) -> dict[str, Any]:
    """`date` (UTC), `commit`, `modified` (the checkout differs from it), `machine`, `short`."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _git(root, "rev-parse", "HEAD"),
        "modified": bool(_git(root, "status", "--porcelain")),
        "machine": describe_machine(),
        "short": short,
    }


def describe_machine() -> dict[str, Any]:
    """`cores` that this process may use, `memory_gb`, `cpu` model, `python`."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": round(memory / 2**30, 1),
        "cpu": _find_cpu_model(),
        "python": platform.python_version(),
    }


def _find_cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:  # no Linux
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _git(root: Path, *arguments: str) -> str:
    """Git's answer, or '' where the code did not come by git."""
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
