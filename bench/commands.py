"""Commands of the product as an operator calls them: each in a process of its own, timed from start to end."""

import subprocess
import sys
import time
from dataclasses import dataclass

from bench.database import ROOT


class CommandFailed(RuntimeError):
    """A command that must succeed did not; the text is the end of what it said."""


@dataclass(frozen=True)
class Done:
    """What the command wrote to standard output, and how many seconds it took."""

    output: str
    seconds: float


def run_python(arguments: list[str], environment: dict[str, str]) -> Done:
    """`python ARGUMENTS` in the checkout. Raises CommandFailed."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-W", "ignore", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        raise CommandFailed(f"{' '.join(arguments)}: exit status {done.returncode}\n{done.stderr[-3000:]}")
    return Done(done.stdout, seconds)


def manage(environment: dict[str, str], *arguments: str) -> Done:
    """`manage.py ARGUMENTS`. Raises CommandFailed."""
    return run_python(["manage.py", *arguments], environment)


def start_up(environment: dict[str, str]) -> Done:
    """A command that does nothing but start as all do, with the system checks that all run; it opens no connection."""
    return manage(environment, "check")
