import json
import lzma
import signal
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from wagtail.models import PageLogEntry

from accounts.models import LedgerEntry
from site_core.actions import ArticleDraft, publish_article
from site_core.models import ArticlePage, ColumnPage
from site_core.selectors import get_column
from tenants.current import enter_site

LAW = "## 第一章 总则\n\n第一条 为了示例，制定本办法。\n\n第二十三条 本办法自公布之日起施行。\n\n第二十三条之一 补充。"


def write_rows(path, *rows):
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows))
    return path


def import_file(path, site="kongtong", column="flfg", **options):
    call_command("import_articles", str(path), site=site, column=column, **options)


def titles(site="kongtong"):
    with enter_site(site):
        return sorted(ArticlePage.objects.live().values_list("title", flat=True))


def test_rows_become_published_articles_on_that_site_alone(two_sites, tmp_path, client_of):
    import_file(write_rows(tmp_path / "a.jsonl", {"title": "示例办法", "body": LAW}))
    assert titles() == ["示例办法"]
    assert titles("jingning") == []
    with enter_site("kongtong"):
        url = ArticlePage.objects.get().get_url()
    text = client_of(two_sites.a).get(url).content.decode()
    assert 'id="tiao-23"' in text
    assert 'id="tiao-23-1"' in text
    assert client_of(two_sites.b).get(url).status_code == 404


def test_import_leaves_page_revision_log_and_event_as_the_admin_does(two_sites):
    with enter_site("kongtong"):
        column = get_column("flfg")
        fast = publish_article(column, ArticleDraft("甲", [("law", LAW)]))
        fast = ArticlePage.objects.get(pk=fast.pk)
        slow = ArticlePage(title="乙", live=False, body=[{"type": "law", "value": LAW}])
        ColumnPage.objects.get(pk=column.pk).add_child(instance=slow)
        slow.save_revision().publish()
        slow = ArticlePage.objects.get(pk=slow.pk)
        for name in ("live", "has_unpublished_changes", "expired", "depth", "locked", "go_live_at"):
            assert getattr(fast, name) == getattr(slow, name), name
        for page in (fast, slow):
            assert page.live_revision_id == page.latest_revision_id is not None
            assert page.first_published_at == page.last_published_at == page.public_at
            assert page.draft_title == page.title
            content = page.live_revision.as_object()
            assert (content.title, content.body.raw_data[0]["value"]) == (page.title, LAW)
            assert (
                PageLogEntry.objects.filter(page=page, action="wagtail.publish", revision=page.live_revision).count()
                == 1
            )
    actions = LedgerEntry.objects.filter(chain="kongtong", action="page.published").values_list(
        "object_name", flat=True
    )
    actions = [title for title in actions if title in {"甲", "乙"}]
    assert sorted(actions) == ["乙", "甲"]


def test_second_run_imports_nothing_twice(two_sites, tmp_path):
    path = write_rows(tmp_path / "a.jsonl", {"title": "甲", "body": "文"}, {"title": "乙", "body": "文"})
    import_file(path)
    import_file(path)
    assert titles() == ["乙", "甲"]


def test_exact_duplicates_are_reported_and_skipped_but_equal_titles_stay(two_sites, tmp_path, capsys):
    row = {"title": "甲", "body": "文"}
    import_file(write_rows(tmp_path / "a.jsonl", row, row, {"title": "甲", "body": "另一文"}))
    assert titles() == ["甲", "甲"]
    assert "第 2 行：与第 1 行完全相同" in capsys.readouterr().err


def test_bad_lines_are_reported_by_number_and_skipped(two_sites, tmp_path, capsys):
    path = write_rows(
        tmp_path / "a.jsonl", {"title": "甲", "body": "文"}, "{broken", {"body": "无题"}, {"title": "乙", "body": "文"}
    )
    with pytest.raises(CommandError, match="2 行未能导入"):
        import_file(path)
    assert titles() == ["乙", "甲"]
    errors = capsys.readouterr().err
    assert "第 2 行：" in errors
    assert "第 3 行：" in errors


def test_strict_stops_at_the_first_bad_line(two_sites, tmp_path):
    path = write_rows(tmp_path / "a.jsonl", "{broken", {"title": "乙", "body": "文"})
    with pytest.raises(CommandError, match="第 1 行"):
        import_file(path, strict=True)
    assert titles() == []


def test_categories_become_columns_below(two_sites, tmp_path):
    import_file(write_rows(tmp_path / "a.jsonl", {"title": "甲", "body": "文", "category": "行政法规"}))
    with enter_site("kongtong"):
        parent = ArticlePage.objects.get().get_parent()
        assert parent.specific.title == "行政法规"
        assert parent.get_parent().slug == "flfg"


def test_compressed_files_are_read(two_sites, tmp_path):
    with lzma.open(tmp_path / "a.jsonl.xz", "wt") as file:
        file.write(json.dumps({"title": "甲", "body": "文"}))
    import_file(tmp_path / "a.jsonl.xz")
    assert titles() == ["甲"]


@pytest.mark.parametrize(
    ("options", "words"),
    [({"site": "nowhere"}, "没有网站"), ({"column": "nowhere"}, "没有栏目")],
)
def test_unknown_site_or_column_is_said(two_sites, tmp_path, options, words):
    with pytest.raises(CommandError, match=words):
        import_file(write_rows(tmp_path / "a.jsonl", {"title": "甲", "body": "文"}), **options)


def test_missing_file_is_said(two_sites, tmp_path):
    with pytest.raises(CommandError):
        import_file(tmp_path / "none.jsonl")


def test_original_publication_time_is_kept_and_stands_in_the_ledger(two_sites, tmp_path):
    row = {"title": "甲", "body": "文", "published_at": "2020-01-02 09:30"}
    import_file(write_rows(tmp_path / "a.jsonl", row))
    with enter_site("kongtong"):
        page = ArticlePage.objects.get()
        assert f"{page.public_at.astimezone():%Y-%m-%d}" == "2020-01-02"
        assert page.first_published_at.year > 2020
    entry = LedgerEntry.objects.get(action="page.backdated")
    assert entry.detail["reason"]


@pytest.mark.kill
def test_killed_import_leaves_whole_batches_and_completes_on_the_second_run(cluster_db, tmp_path):
    rows = [{"title": f"第{number}篇", "body": "文" + str(number)} for number in range(60)]
    path = write_rows(tmp_path / "a.jsonl", *rows)
    code = (
        "import os, signal, sys, django; django.setup()\n"
        "from site_core import article_import\n"
        "article_import.BATCH_ROWS = 20\n"
        "publish, count = article_import.publish_article, [0]\n"
        "def die(*args, **kwargs):\n"
        "    count[0] += 1\n"
        "    if count[0] == 33: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return publish(*args, **kwargs)\n"
        "article_import.publish_article = die\n"
        "from django.core.management import call_command\n"
        "call_command('import_articles', sys.argv[1], site='kongtong', column='flfg')\n"
    )
    killed = subprocess.run([sys.executable, "-W", "ignore", "-c", code, path], env=cluster_db.environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(titles()) == 20
    import_file(path)
    assert titles() == sorted(row["title"] for row in rows)
