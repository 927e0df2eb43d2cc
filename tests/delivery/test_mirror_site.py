"""A site's mirror as a whole: what stands in it and what does not, and that it is as up to date as the site."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction, Site
from warcio.archiveiterator import ArchiveIterator

from accounts.models import LedgerEntry
from delivery.mirror import feeding, tasks
from delivery.mirror.archive import write_warc
from delivery.mirror.folder import MirrorFolder
from delivery.mirror.index import MirrorIndex
from delivery.models import ChangedTag
from site_core.selectors import get_column
from tenants import jobs
from tenants.actions import change_state
from tenants.current import enter_site
from tenants.models import Organisation
from tests.delivery.mirror_scene import Scene, attach, make_private_collection, rendered, stop_at
from tests.factories import make_article, make_column, path_of
from tests.site_core.page_samples import make_article_with_everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(db, tmp_path, settings, monkeypatch):
    for module in (tasks, jobs):  # it would end the test's transaction
        monkeypatch.setattr(module, "close_old_connections", lambda: None)
    settings.MIRROR_ROOT = str(tmp_path / "mirrors")
    site, other = (Organisation.objects.get(schema_name=name) for name in ("liuhu", "aid"))
    return Scene(site, other, MirrorFolder(tmp_path / "mirrors" / "liuhu"))


def test_whole_mirror_holds_what_strangers_may_read_and_nothing_else(scene, client_of):
    site = scene.site
    make_article(scene.other, "别处的秘密文章")
    hostile = '<a href="/tzgg/%2e%2e/%2e%2e/x/">1</a><a href="/a.b%2Fc/">2</a><a href="/nowhere/">3</a>'
    hidden = path_of(site, make_article(site, "只给自己人的文章", private=True))
    plain = make_article(site, "第一则", text=f'{hostile}<a href="{hidden}">4</a>')
    make_column(site, "local", page_size=5)
    for number in range(6):
        make_article(site, f"通知{number}", column="local")
    with enter_site(site), transaction.atomic():
        rich = make_article_with_everything(get_column("gzdt"))
        Redirect.objects.create(old_path="/old/page.htm", site=Site.objects.get(), redirect_page=rich)
    document = attach(site, plain, "申领表 2026.docx", b"public bytes")
    secret = attach(site, plain, "名单.xlsx", b"secret bytes", private=True)
    tally = scene.make()
    assert not tally.failed
    assert not tally.refused

    client = client_of(site)
    for path in (
        "/",
        path_of(site, rich),
        path_of(site, plain),
        "/tzgg/",
        "/tzgg/feed.xml",
        "/sitemap-1.xml",
        "/robots.txt",
    ):
        assert scene.file(path).read_bytes() == client.get(path).content, path
    assert (scene.folder.root / "local/page=2/index.html").read_bytes() == client.get("/local/?page=2").content
    assert scene.file(f"/documents/{document.pk}/{document.filename}").read_bytes() == b"public bytes"
    assert path_of(site, rich) in scene.file("/old/page.htm").read_text()
    files = scene.files()
    assert any(name.startswith("media/images/") for name in files)
    assert any(name.endswith("/art/ridges.svg") for name in files)
    assert "404.html" in files
    assert "搜索" in (scene.folder.root / "away.html").read_text()
    assert f"share/qr{path_of(site, plain)}code.svg" in files

    assert not scene.file(hidden).exists()
    assert not any(name.startswith(f"documents/{secret.pk}/") for name in files)
    everything = b"".join((scene.folder.root / name).read_bytes() for name in files if not name.startswith(".mirror"))
    for word in ("只给自己人的文章", "别处的秘密文章"):
        assert word.encode() not in everything
    assert b"secret bytes" not in everything
    assert all(path.resolve().is_relative_to(scene.folder.root) for path in scene.folder.root.rglob("*"))

    check_warc(scene, plain, document)


def check_warc(scene, plain, document):
    path = scene.folder.root.parent / "x.warc.gz"
    archive = write_warc(scene.site, scene.folder, path)
    root = "http://liuhu.kongtong.sfj.localhost"
    bodies, kinds, statuses = {}, [], {}
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests=True):
            kinds.append(record.rec_type)
            url = record.rec_headers.get_header("WARC-Target-URI")
            if record.rec_type == "response":
                statuses[url] = record.http_headers.get_statuscode()
                bodies[url] = record.content_stream().read()
                assert record.digest_checker.passed
    assert kinds == ["warcinfo", *["response"] * archive.responses]
    assert bodies[f"{root}/"] == scene.file("/").read_bytes()
    assert f"{root}/local/?page=2" in bodies
    assert bodies[f"{root}/documents/{document.pk}/{document.url.rpartition('/')[2]}"] == b"public bytes"
    assert (statuses[f"{root}/old/page.htm"], bodies[f"{root}/old/page.htm"]) == ("301", b"")
    assert b"secret bytes" not in b"".join(bodies.values())


def test_publication_renders_what_shows_it_and_nothing_else(scene):
    far = path_of(scene.site, make_article(scene.site, "不相干", column="gzdt"))
    scene.make()
    scene.feed()
    fresh = make_article(scene.site, "新的通知")
    assert ChangedTag.objects.filter(consumer=feeding.CONSUMER).exists()
    with rendered() as asked:
        tally = scene.feed()
    path = path_of(scene.site, fresh)
    assert {"/", "/tzgg/", "/tzgg/feed.xml", "/sitemap-1.xml", path} <= set(asked)
    assert not {far, "/gk/", "/lxwm/", "/robots.txt"} & set(asked)
    assert len(asked) == len(set(asked)) == tally.rendered
    assert "新的通知" in scene.file("/tzgg/").read_text()
    assert scene.file(path).exists()
    assert not ChangedTag.objects.exists()
    with rendered() as asked:
        scene.feed()
    assert asked == []


def test_withdrawn_restricted_and_moved_pages_leave(scene):
    site = scene.site
    withdrawn, closed, moved = (make_article(site, title) for title in ("撤下", "转内部", "移走"))
    files = attach(site, closed, "附件.pdf", b"%PDF")
    scene.make()
    before = {page: path_of(site, page) for page in (withdrawn, closed, moved)}
    file = scene.folder.root / f"documents/{files.pk}/{files.filename}"
    assert all(scene.file(path).exists() for path in before.values())
    assert file.exists()
    with enter_site(site), transaction.atomic():
        Page.objects.get(pk=withdrawn.pk).specific.unpublish()
        PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
        moved.move(get_column("gzdt"), pos="last-child")
        files.collection = make_private_collection()
        files.save()
    scene.feed()
    assert not scene.file(before[withdrawn]).exists()
    assert not scene.file(before[closed]).exists()
    assert not file.exists()
    now = _path_now(site, moved)
    assert now != before[moved]
    assert "移走" in scene.file(now).read_text()
    assert not scene.file(before[moved]).exists() or now in scene.file(before[moved]).read_text()
    assert "撤下" not in scene.file("/tzgg/").read_text()


def _path_now(site, page):
    with enter_site(site):
        return Page.objects.get(pk=page.pk).get_url()


@pytest.mark.parametrize("after_writing", [False, True])
def test_killed_run_is_completed_by_the_next(scene, monkeypatch, after_writing):
    page = make_article(scene.site, "一则")
    path = path_of(scene.site, page)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        stop_at(patch, path, after_writing=after_writing)
        scene.make()
    assert scene.file(path).exists() is after_writing
    with enter_site(scene.site), transaction.atomic():
        Page.objects.get(pk=page.pk).specific.unpublish()  # what was written and never noted must go all the same
    feeding.feed()
    with rendered() as asked:
        tally = scene.make()
    assert not tally.failed
    assert not scene.file(path).exists()
    assert scene.file("/lxwm/").exists()
    assert 0 < len(asked) < 27  # it went on; nothing that was there is made again without a reason


def test_what_changes_while_it_is_rendered_is_rendered_again(scene, monkeypatch):
    from delivery.mirror.sources import SiteSource

    ask, told = SiteSource.ask, []

    def change_meanwhile(source, address):
        made = ask(source, address)
        if address.path == "/tzgg/" and not told:
            told.append(address)
            make_article(scene.site, "刚刚发布")
            feeding.feed()
        return made

    monkeypatch.setattr(SiteSource, "ask", change_meanwhile)
    scene.make()
    assert told
    assert "刚刚发布" in scene.file("/tzgg/").read_text()


def test_page_that_fails_keeps_its_file_and_is_tried_again(scene, monkeypatch):
    make_article(scene.site, "一则")
    scene.make()
    held = scene.file("/tzgg/").read_bytes()
    make_article(scene.site, "又一则")
    with monkeypatch.context() as patch:
        patch.setattr("site_core.models.ColumnPage.serve", lambda *rest, **more: 1 / 0)
        tally = scene.feed()
    assert "/tzgg/" in tally.failed
    assert scene.file("/tzgg/").read_bytes() == held
    assert feeding.feed() == []
    assert feeding.feed(with_failed=True) == ["liuhu"]
    scene.feed()
    assert "又一则" in scene.file("/tzgg/").read_text()


def test_what_there_is_no_way_to_goes_with_a_whole_run(scene):
    scene.make()
    with MirrorIndex(scene.folder.index_path) as index:
        index.reach([("/gone/", "gone/index.html")])
        index.set_fact("round", str(index.round))
    scene.folder.write("gone/index.html", b"x")
    tally = scene.make()
    assert not tally.failed
    assert not scene.file("/gone/").exists()


def test_command_refuses_other_folders_and_tells_what_it_did(scene, tmp_path):
    def run(site, folder, *options):
        out = StringIO()
        call_command("mirror", site, str(folder), *options, stdout=out)
        return out.getvalue()

    told = json.loads(run("liuhu", tmp_path / "copy", "--json", "--warc", str(tmp_path / "a.warc.gz")))
    assert told["failed"] == []
    assert told["files"] >= told["written"] > 20
    assert told["warc"]["responses"] > 20
    with pytest.raises(CommandError, match="liuhu"):
        run("aid", tmp_path / "copy")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("x")
    with pytest.raises(CommandError, match="不是空文件夹"):
        run("liuhu", tmp_path / "full")
    with pytest.raises(CommandError, match="没有网站"):
        run("nowhere", tmp_path / "other")
    with MirrorFolder(tmp_path / "copy").lock(), pytest.raises(CommandError, match="另一个进程"):
        run("liuhu", tmp_path / "copy")


def test_archived_site_gets_its_last_mirror_and_its_warc(scene):
    make_article(scene.site, "最后一则")
    change_state(scene.site, "archived")
    tasks.archive_site.task.func(site="liuhu")
    assert "归档" in scene.file("/").read_text()
    entry = LedgerEntry.objects.get(action="site.mirrored")
    assert entry.chain == "liuhu"
    assert (scene.folder.root.parent / "liuhu.warc.gz").stat().st_size == entry.detail["size"]


def test_ledger_says_that_an_archived_site_has_no_mirror(db, settings):
    settings.MIRROR_ROOT = ""
    change_state(Organisation.objects.get(schema_name="liuhu"), "archived")
    assert LedgerEntry.objects.filter(chain="liuhu", action="site.not_mirrored").exists()


def test_one_transaction_queues_one_job_and_a_rolled_back_part_none(scene):
    from procrastinate.contrib.django.models import ProcrastinateJob

    queued = ProcrastinateJob.objects.filter(task_name="delivery.feed_mirrors")
    assert queued.count() == 0
    with transaction.atomic():
        with pytest.raises(RuntimeError), transaction.atomic():
            feeding.note_changes(("a",))
            raise RuntimeError
        assert queued.count() == 0
        feeding.note_changes(("b",))
        feeding.note_changes(("c", "d" * 400))
        assert queued.count() == 1
    assert set(ChangedTag.objects.values_list("tag", flat=True)) == {"b", "c", "*"}


def test_page_is_made_again_when_its_time_is_over(scene):
    scene.make()
    with MirrorIndex(scene.folder.index_path) as index:
        over = (timezone.now() - timedelta(days=1)).timestamp()
        index._db.execute("UPDATE entries SET until = ? WHERE address = '/gk/'", (over,))
    assert feeding.feed() == ["liuhu"]
    with rendered() as asked:
        scene.feed()
    assert asked == ["/gk/"]
