"""The folder of a mirror: files written whole or not at all, and one process at a time that writes them."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from delivery.mirror.index import NAME as INDEX_NAME

_LOCK, _WORKSHOP = ".mirror.lock", ".mirror.new"


class MirrorRefused(ValueError):
    """No mirror of the site may be made in the folder; the text is for the operator."""


class MirrorBusy(RuntimeError):
    """Another process is making this mirror."""


class MirrorFolder:
    """Files below `root`. Names come from `addresses.file_of` and cannot leave it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def index_path(self) -> Path:
        """Where the index stands."""
        return self.root / INDEX_NAME

    @property
    def is_mirror(self) -> bool:
        """Whether there is one already."""
        return self.index_path.exists()

    def prepare(self) -> None:
        """Make the folder. Raises MirrorRefused where something else is in it."""
        self.root.mkdir(parents=True, exist_ok=True)
        if not self.is_mirror and any(path.name != _LOCK for path in self.root.iterdir()):
            raise MirrorRefused(f"“{self.root}”不是空文件夹，也不是网站镜像。")

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the only one who writes here. Raises MirrorBusy; the lock ends with its process, however that ends."""
        descriptor = os.open(self.root / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise MirrorBusy(f"“{self.root}”正在由另一个进程制作。") from error
            shutil.rmtree(self.root / _WORKSHOP, ignore_errors=True)  # what a killed run left half made
            yield
        finally:
            os.close(descriptor)

    def write(self, name: str, body: bytes) -> None:
        """The file holds these bytes from now on; a reader sees the old ones or the new."""
        fresh = self._new_file()
        fresh.write_bytes(body)
        self._move(fresh, name)

    def link(self, name: str, source: Path) -> bool:
        """The file is the source from now on, by a hard link where the disk allows it. Whether anything had to be done."""
        if _is_same(self.root / name, source):
            return False
        fresh = self._new_file()
        fresh.unlink()
        try:
            os.link(source, fresh)
        except OSError:  # another disk, or a file of another owner
            shutil.copy2(source, fresh)
        self._move(fresh, name)
        return True

    def remove(self, name: str) -> None:
        """The file, and the folders that it leaves empty."""
        path = self.root / name
        path.unlink(missing_ok=True)
        with suppress(OSError):  # until one that is not empty
            for folder in path.parents:
                if folder == self.root:
                    break
                folder.rmdir()

    def _new_file(self) -> Path:
        workshop = self.root / _WORKSHOP
        workshop.mkdir(exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=workshop)
        os.fchmod(descriptor, 0o644)
        os.close(descriptor)
        return Path(name)

    def _move(self, fresh: Path, name: str) -> None:
        target = self.root / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(fresh, target)
        finally:
            fresh.unlink(missing_ok=True)  # left over by an error, or by a rename onto itself


def _is_same(target: Path, source: Path) -> bool:
    try:
        ours, theirs = target.stat(), source.stat()
    except FileNotFoundError:
        return False
    if (ours.st_dev, ours.st_ino) == (theirs.st_dev, theirs.st_ino):
        return True
    return (ours.st_size, ours.st_mtime_ns) == (theirs.st_size, theirs.st_mtime_ns)
