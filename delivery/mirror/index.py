"""What a mirror holds and what it is made of: SQLite beside the files, so that a change of tags finds what to make again.

The index is also the list of what is to be done. A row stands here before its file is written and goes after its file
was removed: whatever kills a run, no file is ever forgotten.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from delivery.purge import EVERYTHING

NAME = ".mirror.sqlite3"
_FORMAT = "1"
_SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE entries (
    id INTEGER PRIMARY KEY,
    address TEXT NOT NULL UNIQUE,
    file TEXT NOT NULL UNIQUE,
    status INTEGER NOT NULL DEFAULT 0,    -- 0: nothing is written yet
    headers TEXT NOT NULL DEFAULT '[]',
    digest TEXT NOT NULL DEFAULT '',
    until REAL,                           -- seconds of the epoch; it is another page from then on
    made_at TEXT NOT NULL DEFAULT '',
    made INTEGER NOT NULL DEFAULT 0,      -- the last whole run that made it
    reached INTEGER NOT NULL,             -- the last whole run that found a way to it
    tried INTEGER NOT NULL DEFAULT 0,     -- the last run, of either sort, that tried to
    is_stale INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX stale_entries ON entries (id) WHERE is_stale;
CREATE TABLE tags (tag TEXT NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (tag, entry)) WITHOUT ROWID;
CREATE INDEX tags_of_entries ON tags (entry);
CREATE TABLE changes (number INTEGER PRIMARY KEY, tag TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Entry:
    """An address with its file; `status` 0 while nothing is written."""

    id: int
    address: str
    file: str
    status: int
    digest: str


@dataclass(frozen=True)
class Made:
    """What was made of an entry: status, headers as sent, digest of the file, tags, and until when it holds."""

    status: int
    headers: tuple[tuple[str, str], ...]
    digest: str
    tags: frozenset[str] = frozenset()
    until: datetime | None = None


class MirrorIndex:
    """The index of one mirror. Only the holder of the folder's lock makes entries; anybody may `note` changes."""

    def __init__(self, path: Path, *, is_durable: bool = False) -> None:
        is_new = not path.exists()
        self._db = sqlite3.connect(path, timeout=30, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute(f"PRAGMA synchronous = {'FULL' if is_durable else 'NORMAL'}")
        if is_new or not self._db.execute("SELECT 1 FROM sqlite_master").fetchone():
            self._db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
            self.set_fact("format", _FORMAT)

    def __enter__(self) -> "MirrorIndex":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # Facts of the mirror as a whole

    def fact(self, name: str) -> str:
        """The fact; '' where nobody said it."""
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def set_fact(self, name: str, value: str) -> None:
        """Say it."""
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    @property
    def round(self) -> int:
        """Number of the latest whole run; 0 before the first."""
        return int(self.fact("round") or 0)

    def begin_run(self, *, is_whole: bool, is_resumed: bool = False) -> int:
        """Number of a run that begins; until `end_run` every change is noted here, whatever it is of."""
        run = int(self.fact("run") or 0) + 1
        with self._write():
            self.set_fact("run", str(run))
            self.set_fact("is_running", "1")
            if is_whole and not is_resumed:
                self.set_fact("round", str(self.round + 1))
        return run

    def end_run(self) -> None:
        """The run is over."""
        self.set_fact("is_running", "")

    # Changes, told by whoever hears of them

    def note(self, tags: Iterable[str]) -> bool:
        """Keep the changed tags if anything here is, or is just being, made of them. Returns whether they were kept."""
        wanted = set(tags)
        if not self.fact("is_running") and not self._knows(wanted):
            return False
        with self._write() as db:
            db.executemany("INSERT INTO changes (tag) VALUES (?)", [(tag,) for tag in sorted(wanted)])
        return True

    def _knows(self, tags: set[str]) -> bool:
        seek = "SELECT 1 FROM tags WHERE tag = ? LIMIT 1"
        return EVERYTHING in tags or any(self._db.execute(seek, (tag,)).fetchone() for tag in tags)

    def has_work(self, now: datetime, *, with_failed: bool = False) -> bool:
        """Whether changes wait, something is to be made, or is over; `with_failed`: also what the latest run could not make."""
        due = "SELECT 1 FROM entries WHERE (is_stale AND (tried < :run OR :with_failed)) OR until <= :now"
        seek = f"SELECT EXISTS (SELECT 1 FROM changes) OR EXISTS ({due})"  # noqa: S608 - of the text above
        values = {"run": int(self.fact("run") or 0), "with_failed": with_failed, "now": now.timestamp()}
        return bool(self._db.execute(seek, values).fetchone()[0])

    def has_changes(self) -> bool:
        """Whether changes wait."""
        return self._db.execute("SELECT 1 FROM changes LIMIT 1").fetchone() is not None

    def take_changes(self) -> set[str]:
        """Mark what is made of the changed tags, and forget them. Returns the tags."""
        if not self.has_changes():
            return set()
        with self._write() as db:
            rows = db.execute("SELECT number, tag FROM changes ORDER BY number").fetchall()
            tags = {tag for _, tag in rows}
            if EVERYTHING in tags:
                db.execute("UPDATE entries SET is_stale = 1, tried = 0")
            mark = "UPDATE entries SET is_stale = 1, tried = 0 WHERE id IN (SELECT entry FROM tags WHERE tag = ?)"
            db.executemany(mark, [(tag,) for tag in sorted(tags)])
            db.execute("DELETE FROM changes WHERE number <= ?", (rows[-1][0],))
        return tags

    def mark_over(self, now: datetime) -> None:
        """Mark what is another page by now, though nothing was changed."""
        self._db.execute("UPDATE entries SET is_stale = 1, tried = 0 WHERE until <= ?", (now.timestamp(),))

    def mark(self, addresses: list[str]) -> None:
        """Mark these."""
        if addresses:
            with self._write() as db:
                mark = "UPDATE entries SET is_stale = 1 WHERE address = ?"
                db.executemany(mark, [(address,) for address in addresses])

    def mark_all(self, prefix: str = "/") -> None:
        """Mark everything whose address begins so."""
        mark = "UPDATE entries SET is_stale = 1, tried = 0 WHERE substr(address, 1, ?) = ?"
        self._db.execute(mark, (len(prefix), prefix))

    # Entries

    def reach(self, found: Iterable[tuple[str, str]]) -> None:
        """There is a way to these (address, file): unknown ones are to be made."""
        rows = [(address, file, self.round) for address, file in found]
        if rows:
            with self._write() as db:
                self._reach(db, rows)

    @staticmethod
    def _reach(db: sqlite3.Connection, rows: list[tuple[str, str, int]]) -> bool:
        before = db.total_changes
        db.executemany("INSERT OR IGNORE INTO entries (address, file, reached) VALUES (?, ?, ?)", rows)
        is_new = db.total_changes > before
        db.executemany("UPDATE entries SET reached = ?2 WHERE address = ?1 AND reached < ?2", [r[::2] for r in rows])
        return is_new

    def list_due(self, run: int, *, is_whole: bool, count: int = 100) -> list[Entry]:
        """What this run has still to do: first what was never made, then from the home page down, the newest first."""
        due = "is_stale OR (reached = :round AND made < :round)" if is_whole else "is_stale"
        order = "status > 0, length(address) - length(replace(address, '/', '')), id DESC"
        seek = f"SELECT id, address, file, status, digest FROM entries WHERE ({due}) AND tried < :run ORDER BY {order} LIMIT :count"  # noqa: S608 - of the texts above
        rows = self._db.execute(seek, {"round": self.round, "run": run, "count": count})
        return [Entry(*row) for row in rows]

    def put(self, entry: Entry, made: Made, reached: Iterable[tuple[str, str]], *, at: datetime) -> bool:
        """The entry was made, and its page leads to these (address, file). Returns whether any of them is new."""
        until = made.until.timestamp() if made.until else None
        values = (made.status, json.dumps(made.headers), made.digest, until, at.isoformat(), self.round, entry.id)
        rows = [(address, file, self.round) for address, file in reached]
        with self._write() as db:
            db.execute(
                "UPDATE entries SET status = ?, headers = ?, digest = ?, until = ?, made_at = ?, made = ?, is_stale = 0"
                " WHERE id = ?",
                values,
            )
            self._put_tags(db, entry.id, set(made.tags))
            return self._reach(db, rows)

    @staticmethod
    def _put_tags(db: sqlite3.Connection, entry: int, tags: set[str]) -> None:
        held = {tag for (tag,) in db.execute("SELECT tag FROM tags WHERE entry = ?", (entry,))}
        db.executemany("DELETE FROM tags WHERE tag = ? AND entry = ?", [(tag, entry) for tag in held - tags])
        db.executemany("INSERT INTO tags VALUES (?, ?)", [(tag, entry) for tag in tags - held])

    def set_tried(self, entry: Entry, run: int) -> None:
        """The run has tried it: it does not try again unless something changes meanwhile."""
        self._db.execute("UPDATE entries SET tried = ? WHERE id = ?", (run, entry.id))

    def drop(self, entry: Entry) -> None:
        """The entry's file is gone."""
        with self._write() as db:
            db.execute("DELETE FROM tags WHERE entry = ?", (entry.id,))
            db.execute("DELETE FROM entries WHERE id = ?", (entry.id,))

    def list_unreached(self) -> list[Entry]:
        """What the latest whole run found no way to."""
        seek = "SELECT id, address, file, status, digest FROM entries WHERE reached < ?"
        return [Entry(*row) for row in self._db.execute(seek, (self.round,))]

    def count(self) -> int:
        """How many files there are."""
        return int(self._db.execute("SELECT count(*) FROM entries WHERE status > 0").fetchone()[0])

    def list_written(self) -> Iterator[tuple[Entry, tuple[tuple[str, str], ...], datetime]]:
        """All that is written, by address, with headers and when it was made."""
        seek = (
            "SELECT id, address, file, status, digest, headers, made_at FROM entries WHERE status > 0 ORDER BY address"
        )
        for row in self._db.execute(seek):
            yield Entry(*row[:5]), tuple(map(tuple, json.loads(row[5]))), datetime.fromisoformat(row[6])
