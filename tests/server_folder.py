"""Where the tests' PostgreSQL keeps its files: in memory where there is room, else below `var/`.

A copy of the prepared database is some 4,400 files. On a disk it costs up to three seconds of a core, in memory a tenth
of one, and the tests make more than a hundred of them. Nothing here has to outlive the machine.
"""

import hashlib
import shutil
from pathlib import Path

from tenants import embedded

ROOT = Path(__file__).resolve().parent.parent
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder with a name of the checkout's own below it
ROOM_BYTES = 2 << 30
"""A container has 64 MB there unless it is told otherwise; a run of the tests takes about 1 GB."""
_PREFIX, _CHECKOUT = "test-postgres-", "checkout.txt"


def start_server() -> str:
    """URL of the tests' database server, started if it is not running."""
    folder = _choose()
    url = embedded.url_of(embedded.start(folder, for_tests=True))
    if folder.parent == MEMORY and not (folder / _CHECKOUT).exists():
        (folder / _CHECKOUT).write_text(str(ROOT), encoding="utf-8")
        _remove_abandoned()
    return url


def _choose() -> Path:
    folder = MEMORY / f"{_PREFIX}{hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]}"
    if folder.exists() or (MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES):
        return folder
    return ROOT / "var" / "test-postgres"


def _remove_abandoned() -> None:
    """Servers of checkouts that are gone: nobody else would ever give their memory back."""
    for note in MEMORY.glob(f"{_PREFIX}*/{_CHECKOUT}"):
        if not Path(note.read_text(encoding="utf-8")).is_dir():
            embedded.stop(note.parent)
            shutil.rmtree(note.parent, ignore_errors=True)
