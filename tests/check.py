"""`make check`: all static checks, each told apart, all of them run even when one fails."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTHON = [sys.executable, "-W", "ignore"]
APPS = (
    "tenants",
    "accounts",
    "site_core",
    "themes",
    "search",
    "delivery",
    "review",
    "blueprints",
    "microblog",
    "legal_education",
)
CHECKS = {
    "ruff check": [BIN / "ruff", "check", "."],
    "ruff format": [BIN / "ruff", "format", "--check", "."],
    "mypy": [BIN / "mypy", *APPS],
    "import-linter": [BIN / "lint-imports"],
    "djlint": [BIN / "djlint", *APPS, "--lint", "--quiet"],
    "makemigrations --check": [*PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
    "check --deploy": [*PYTHON, "manage.py", "check", "--deploy", "--fail-level", "ERROR"],
}


def main() -> int:
    """Run all; 1 if any failed."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)}
    failed = []
    for name, command in CHECKS.items():
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        sys.stdout.write(f"{'ok  ' if done.returncode == 0 else 'FAIL'} {name}\n")
        if done.returncode:
            failed.append(name)
            sys.stdout.write((done.stdout + done.stderr)[-6000:] + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
