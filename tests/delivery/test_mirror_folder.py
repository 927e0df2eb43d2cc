"""Folder and index of a mirror: whole files, one writer, no change lost. Asks no database."""

from datetime import UTC, datetime, timedelta

import pytest

from delivery.mirror.folder import MirrorBusy, MirrorFolder, MirrorRefused
from delivery.mirror.index import Made, MirrorIndex

NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    folder = MirrorFolder(tmp_path / "mirror")
    folder.prepare()
    return folder


@pytest.fixture
def index(folder):
    with MirrorIndex(folder.index_path) as index:
        yield index


def make(index, address, *tags, until=None):
    index.reach([(address, f"{address.strip('/')}/index.html")])
    run = index.begin_run(is_whole=False)
    (entry,) = [each for each in index.list_due(run, is_whole=False) if each.address == address]
    index.put(entry, Made(200, (), "x", frozenset(tags), until), [], at=NOW)
    index.end_run()
    return entry


def list_due(index):
    due = index.list_due(index.begin_run(is_whole=False), is_whole=False)
    index.end_run()
    return [each.address for each in due]


def test_folder_with_something_else_in_it_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("x")
    with pytest.raises(MirrorRefused):
        MirrorFolder(tmp_path).prepare()


def test_only_one_writes(folder):
    with folder.lock(), pytest.raises(MirrorBusy), folder.lock():
        pass
    with folder.lock():
        pass


def test_file_is_replaced_and_its_empty_folders_go(folder):
    folder.write("a/b/index.html", b"1")
    folder.write("a/index.html", b"2")
    folder.write("a/b/index.html", b"3")
    assert (folder.root / "a/b/index.html").read_bytes() == b"3"
    folder.remove("a/b/index.html")
    assert not (folder.root / "a/b").exists()
    assert (folder.root / "a/index.html").exists()
    folder.remove("a/b/index.html")


def test_linked_file_follows_its_source(folder, tmp_path):
    source = tmp_path / "picture.png"
    source.write_bytes(b"old")
    assert folder.link("m/picture.png", source)
    assert not folder.link("m/picture.png", source)
    assert (folder.root / "m/picture.png").stat().st_ino == source.stat().st_ino
    source.unlink()
    source.write_bytes(b"another")
    assert folder.link("m/picture.png", source)
    assert (folder.root / "m/picture.png").read_bytes() == b"another"


def test_link_across_disks_is_a_copy(folder, tmp_path, monkeypatch):
    source = tmp_path / "picture.png"
    source.write_bytes(b"x")
    monkeypatch.setattr("os.link", lambda *names: (_ for _ in ()).throw(OSError(18, "another disk")))
    assert folder.link("picture.png", source)
    assert not folder.link("picture.png", source)
    assert (folder.root / "picture.png").read_bytes() == b"x"


def test_half_made_files_of_a_killed_run_go_with_the_next(folder):
    (folder.root / ".mirror.new").mkdir()
    (folder.root / ".mirror.new/tmp1").write_text("half")
    with folder.lock():
        assert not (folder.root / ".mirror.new/tmp1").exists()


def test_changed_tag_finds_what_was_made_of_it(index):
    make(index, "/a/", "page:x:1", "nav:x")
    make(index, "/b/", "page:x:2", "nav:x")
    assert index.note(["page:x:1"])
    index.take_changes()
    assert list_due(index) == ["/a/"]
    assert not index.note(["page:x:3"])


def test_everything_is_made_again_for_the_tag_of_everything(index):
    make(index, "/a/", "page:x:1")
    assert index.note(["*"])
    index.take_changes()
    assert list_due(index) == ["/a/"]


def test_change_of_what_nobody_knows_yet_is_kept_while_a_run_goes_on(folder, index):
    index.reach([("/new/", "new/index.html")])
    run = index.begin_run(is_whole=False)
    (entry,) = index.list_due(run, is_whole=False)
    index.set_tried(entry, run)
    with MirrorIndex(folder.index_path, is_durable=True) as from_elsewhere:
        assert from_elsewhere.note(["page:x:9"])  # published while the page is being rendered
    index.put(entry, Made(200, (), "x", frozenset({"page:x:9"})), [], at=NOW)
    index.take_changes()
    assert [each.address for each in index.list_due(run, is_whole=False)] == ["/new/"]


def test_page_is_another_one_when_its_time_is_over(index):
    make(index, "/a/", until=NOW + timedelta(hours=1))
    assert not index.has_work(NOW)
    assert index.has_work(NOW + timedelta(hours=1))
    index.mark_over(NOW + timedelta(hours=1))
    assert list_due(index) == ["/a/"]


def test_what_failed_is_not_tried_twice_in_a_run(index):
    index.reach([("/a/", "a/index.html")])
    run = index.begin_run(is_whole=False)
    (entry,) = index.list_due(run, is_whole=False)
    index.set_tried(entry, run)
    assert index.list_due(run, is_whole=False) == []
    assert list_due(index) == ["/a/"]
