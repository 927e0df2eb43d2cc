"""The centre's screens on rollouts: who gets in, the form, the plan in words, the way of a rollout, the home page before and after."""

import re
from io import BytesIO

import pytest
from django.core import mail
from django.core.cache import caches
from django.core.files.images import ImageFile
from django.db import connection
from PIL import Image

from accounts.models import Role
from blueprints import home_preview
from blueprints.home_preview import PreviewImpossible, render_home
from blueprints.models import Rollout, RolloutState, SiteRelease, SiteTurnState
from blueprints.rollout_selectors import count_changes, group_equal, list_planned
from blueprints.rollouts import plan_rollout, start_rollout
from site_core.models import HomePage, SiteImage
from tenants.current import enter_site
from tests.blueprints.rollout_samples import (
    COUNTY,
    change_title,
    current_content,
    list_jobs,
    make_release,
    run_all,
    take_slug,
    title_of,
    turns_of,
    with_new_node,
)
from tests.factories import make_article, make_central, make_member

BASE = "/admin/console/rollouts/"


@pytest.fixture
def pair(two_sites):
    return [two_sites.a, two_sites.b]


@pytest.fixture
def release(pair):
    return make_release(with_new_node(change_title(current_content(), "pufa", "普法天地")))


@pytest.fixture
def planned(release, pair):
    return plan_rollout(release, pair)


@pytest.fixture
def as_role(city, signed_in):
    return lambda role="platform_admin": signed_in(city, make_central(role, f"rollout-{role}".replace("_", "-")))


def list_screens(rollout):
    one = f"{BASE}{rollout.pk}/"
    return (
        BASE,
        f"{BASE}results/",
        one,
        f"{one}progress/",
        f"{one}sites/kongtong/",
        f"{one}sites/kongtong/home/before/",
    )


# -- who gets in


@pytest.mark.parametrize("role", Role.values)
def test_every_platform_role_reads(as_role, planned, role):
    client = as_role(role)
    for url in list_screens(planned):
        assert client.get(url).status_code == 200, url


@pytest.mark.parametrize("role", [Role.CENTRAL_EDITOR, Role.AUDITOR])
def test_readers_find_no_buttons_and_may_not_write(as_role, planned, role):
    client = as_role(role)
    page = client.get(f"{BASE}{planned.pk}/").content.decode()
    assert "开始推行</button>" not in page
    assert "新的推行" not in client.get(BASE).content.decode()
    assert client.get(f"{BASE}new/").status_code == 404
    for action in ("start", "stop"):
        assert client.post(f"{BASE}{planned.pk}/{action}/").headers["Location"] == "/admin/"
    assert Rollout.objects.get(pk=planned.pk).state == RolloutState.PLANNED


def test_screens_do_not_exist_for_strangers_nor_on_other_sites(city, two_sites, signed_in, planned):
    member = make_member(city, "site_admin")
    both = make_member(two_sites.a, "site_admin")
    both.platform_roles.create(role="platform_admin")
    for client in (signed_in(city, member), signed_in(two_sites.a, both)):
        for url in (*list_screens(planned), f"{BASE}new/"):
            assert client.get(url).status_code == 404, url
        assert client.post(f"{BASE}{planned.pk}/start/").status_code == 404


def test_what_is_not_there_is_not_found(as_role, planned):
    client = as_role()
    for url in ("999/", "999/progress/", f"{planned.pk}/sites/liuhu/", f"{planned.pk}/sites/kongtong/home/never/"):
        assert client.get(f"{BASE}{url}").status_code == 404, url
    assert client.get(f"{BASE}new/?kind=nothing").status_code == 404


# -- a new one


def test_form_plans_for_the_ticked_sites(as_role, release):
    client = as_role()
    assert "县（市、区）司法局" in client.get(f"{BASE}new/").content.decode()
    page = client.get(f"{BASE}new/?kind={COUNTY}").content.decode()
    assert f'<option value="{release.number}"' in page
    data = {"release": release.number, "scope": "chosen", "sites": ["jingning"], "canaries": ["jingning"],
            "batch_size": 2, "failures_allowed": 5, "note": "先试一个", "kind": "update"}  # fmt: skip
    answer = client.post(f"{BASE}new/?kind={COUNTY}", data)
    rollout = Rollout.objects.get()
    assert answer.headers["Location"] == f"{BASE}{rollout.pk}/"
    assert (rollout.release, rollout.batch_size, rollout.failures_allowed, rollout.note) == (release, 2, 5, "先试一个")
    assert [(name, turn.is_canary) for name, turn in turns_of(rollout).items()] == [("jingning", True)]
    assert list_jobs() == []


def test_form_plans_for_all_sites_whatever_is_ticked(as_role, release):
    data = {"release": release.number, "scope": "all", "batch_size": 4, "failures_allowed": 10, "kind": "update"}
    as_role().post(f"{BASE}new/?kind={COUNTY}", data)
    assert sorted(turns_of(Rollout.objects.get())) == ["jingning", "kongtong"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"scope": "chosen", "sites": []}, "请至少勾选一个网站"),
        ({"scope": "chosen", "sites": ["kongtong"], "canaries": ["jingning"]}, "试点网站也须勾选参加：静宁县司法局"),
    ],
)
def test_form_says_what_is_wrong(as_role, release, changed, message):
    data = {"release": release.number, "batch_size": 4, "failures_allowed": 10, "kind": "update", **changed}
    assert message in as_role().post(f"{BASE}new/?kind={COUNTY}", data).content.decode()
    assert not Rollout.objects.exists()


@pytest.mark.parametrize(
    "changed", [{"batch_size": 0}, {"failures_allowed": 101}, {"release": 99}, {"sites": ["liuhu"], "scope": "chosen"}]
)
def test_form_refuses_bad_values(as_role, release, changed):
    data = {
        "release": release.number,
        "scope": "all",
        "batch_size": 4,
        "failures_allowed": 10,
        "kind": "update",
        **changed,
    }
    assert as_role().post(f"{BASE}new/?kind={COUNTY}", data).status_code == 200
    assert not Rollout.objects.exists()


# -- the plan


def test_plan_tells_equal_changes_once_and_obstacles_first(as_role, release, pair):
    take_slug("jingning", "xinlan")
    rollout = plan_rollout(release, pair)
    page = as_role().get(f"{BASE}{rollout.pk}/").content.decode()
    assert "静宁县司法局：1 处受阻" in page
    assert page.index("受阻的网站") < page.index("同样的变更：1 个网站，各 2 项")
    assert "新建栏目‘新栏目’（xinlan），位于‘平凉市崆峒区司法局’之下" in page or "新建栏目‘新栏目’" in page
    assert "改名称：‘法治宣传’ → ‘普法天地’" in page
    planned = list_planned(rollout)
    assert [len(group.turns) for group in group_equal(planned)] == [1]
    assert ("改名称：‘法治宣传’ → ‘普法天地’", 2, 0) in count_changes(planned)


def test_sites_with_equal_plans_are_one_group_whatever_their_page_ids(planned):
    groups = group_equal(list_planned(planned))
    assert [len(group.turns) for group in groups] in ([2], [1, 1])
    if len(groups) == 2:  # only the names of the home pages differ
        assert {change.describe() for change in groups[0].changes} != {
            change.describe() for change in groups[1].changes
        }


# -- its way


def test_rollout_is_started_watched_stopped_and_goes_on(as_role, planned):
    client, url = as_role(), f"{BASE}{planned.pk}/"
    assert client.post(f"{url}start/").headers["Location"] == url
    progress = client.get(f"{url}progress/").content.decode()
    assert "data-running" in progress
    assert "<html" not in progress
    assert re.search(r'<progress max="2" value="0"', progress)
    assert "停止</button>" in client.get(url).content.decode()
    client.post(f"{url}stop/", {"reason": "等一等"})
    run_all()
    assert Rollout.objects.get(pk=planned.pk).state == RolloutState.STOPPED
    page = client.get(url).content.decode()
    assert "等一等" in page
    assert "继续（重试未成功的网站）" in page
    client.post(f"{url}start/")
    run_all()
    progress = client.get(f"{url}progress/").content.decode()
    assert "data-running" not in progress
    assert "完成 2 个" in progress


def test_refusal_is_told(as_role, planned):
    client, url = as_role(), f"{BASE}{planned.pk}/"
    answer = client.post(f"{url}stop/", follow=True)
    assert "此次推行没有在进行" in answer.content.decode()


def test_rollback_button_leads_to_a_filled_form(as_role, planned, pair):
    client, url = as_role(), f"{BASE}{planned.pk}/"
    assert "回退到原版本" not in client.get(url).content.decode()
    client.post(f"{url}start/")
    run_all()
    link = re.search(r'href="([^"]+)"[^>]*>回退到原版本', client.get(url).content.decode())[1].replace("&amp;", "&")
    page = client.get(link).content.decode()
    assert re.search(r'<option value="1" selected', page)
    assert 'name="kind" value="rollback"' in page
    assert page.count("checked") >= 3  # the scope and both sites
    data = {"release": 1, "scope": "chosen", "sites": ["kongtong", "jingning"], "batch_size": 4, "failures_allowed": 10,
            "kind": "rollback"}  # fmt: skip
    client.post(link, data)
    rollback = Rollout.objects.first()
    assert (rollback.kind, rollback.release.number) == ("rollback", 1)
    start_rollout(rollback)
    run_all()
    assert title_of("kongtong", "xinlan") is None


def test_failed_turn_tells_its_problem_on_the_screens(as_role, release, pair):
    take_slug("kongtong", "xinlan")
    rollout = start_rollout(plan_rollout(release, pair, failures_allowed=100))
    run_all()
    assert turns_of(rollout)["kongtong"].state == SiteTurnState.BLOCKED
    client = as_role()
    for url in (f"{BASE}{rollout.pk}/progress/", f"{BASE}{rollout.pk}/sites/kongtong/"):
        assert "已被同级页面“本地的”占用" in client.get(url).content.decode()


# -- the home page before and after


def photograph():
    """All rows of all tables of the database, as far as this connection sees them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'kongtong') ORDER BY 1, 2"
        )
        rows = {}
        for schema, table in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{schema}"."{table}" t'
            )
            rows[f"{schema}.{table}"] = cursor.fetchone()
        return rows


@pytest.fixture
def pictured(pair, settings):
    """The site shows a picture on its home page, of which no sizes were made yet."""
    buffer = BytesIO()
    Image.new("RGB", (1600, 900), (20, 90, 160)).save(buffer, "JPEG")
    with enter_site("kongtong"):
        buffer.seek(0)
        picture = SiteImage.objects.create(title="图", file=ImageFile(buffer, "t.jpg"))
    make_article(pair[0], "带图的新闻", column="gzdt", cover=picture)
    return picture


def list_files(folder):
    return sorted(str(path) for path in folder.rglob("*") if path.is_file())


def test_preview_shows_the_release_and_leaves_no_trace(release, pair, pictured, settings, tmp_path):
    before, files = photograph(), list_files(tmp_path)
    html = render_home(pair[0], release)
    assert "普法天地" in html
    assert "普法天地" not in render_home(pair[0], None)
    assert photograph() == before
    assert list_files(tmp_path) == files
    assert not caches["renditions"]._cache
    assert mail.outbox == []
    assert list_jobs() == []
    assert title_of("kongtong", "pufa") == "法治宣传"
    assert SiteRelease.objects.get(site=pair[0]).release.number == 1
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        assert "kongtong" not in cursor.fetchone()[0]
        cursor.execute("SELECT coalesce(current_setting('cluster.rollout', true), '')")
        assert cursor.fetchone()[0] != "on"


def test_preview_is_that_site_and_inert(release, pair):
    html = render_home(pair[0], release)
    assert "崆峒区司法局" in html
    assert "<script" not in html
    assert not re.search(r"<a [^>]*href=", html)
    assert not re.search(r"<form [^>]*action=", html)
    assert re.search(r'<link[^>]+href="/theme/[^"]+/style.css"', html)


def test_preview_announces_nothing(release, pair, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as waiting:
        render_home(pair[0], release)
    assert waiting == []


def test_preview_of_a_blocked_site_says_what_is_in_the_way(release, pair, as_role):
    take_slug("kongtong", "xinlan")
    with pytest.raises(PreviewImpossible, match="已被同级页面“本地的”占用"):
        render_home(pair[0], release)
    rollout = plan_rollout(release, pair)
    answer = as_role().get(f"{BASE}{rollout.pk}/sites/kongtong/home/after/")
    assert "不能生成预览" in answer.content.decode()


def test_preview_that_breaks_leaves_the_site_as_it_was(release, pair, monkeypatch):
    def fail(html, root):
        raise RuntimeError("x")

    monkeypatch.setattr(home_preview, "_disarm", fail)
    before = photograph()
    with pytest.raises(RuntimeError):
        render_home(pair[0], release)
    assert photograph() == before


def test_frame_may_stand_on_the_console_and_run_nothing(as_role, planned):
    answer = as_role().get(f"{BASE}{planned.pk}/sites/kongtong/home/after/")
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert "普法天地" in answer.content.decode()


def test_preview_takes_sizes_that_are_there_from_the_site(pair, pictured, client_of):
    assert client_of(pair[0]).get("/").status_code == 200
    html = render_home(pair[0], None)
    assert 'src="http://kongtong.sfj.localhost/media/images/' in html
    assert re.search(r'srcset="http://kongtong.sfj.localhost/media/\S+ \d+w, http://kongtong', html)


def test_preview_of_a_site_with_pictures_makes_no_sizes(pair, pictured):
    html = render_home(pair[0], None)
    with enter_site("kongtong"):
        assert HomePage.objects.count() == 1
        assert SiteImage.objects.get(pk=pictured.pk).renditions.count() == 0
    assert re.search(r'<img[^>]+src="data:image/jpeg;base64,', html)
