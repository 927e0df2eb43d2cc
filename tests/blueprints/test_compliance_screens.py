"""How sites stand, in the centre's console and in each site's own admin: counts, filters, words, repair, and the editor."""

import re
from xml.etree import ElementTree

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import Role
from blueprints.models import Condition, Rollout, SiteRelease
from blueprints.rollouts import start_rollout
from site_core.models import BasePage
from tenants.current import enter_site
from tenants.kinds import SiteState
from tenants.models import Organisation
from tests.blueprints.rollout_samples import (
    COUNTY,
    current_content,
    drift_title,
    make_release,
    run_all,
    take_slug,
    title_of,
    with_new_node,
)
from tests.factories import make_central, make_member

BASE = "/admin/console/compliance/"
SCREENS = (BASE, f"{BASE}-results/", f"{BASE}-chart.svg", f"{BASE}kongtong/")


@pytest.fixture
def as_role(city, signed_in):
    return lambda role="platform_admin": signed_in(city, make_central(role, f"compliance-{role}".replace("_", "-")))


def set_condition(schema, condition):
    SiteRelease.objects.filter(site__schema_name=schema).update(condition=condition)


def rows_of(page):
    return re.findall(rf'href="{BASE}([a-z]+)/"[^>]*>\s*[^<\s]', page)


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("url", SCREENS)
def test_every_platform_role_reads(as_role, role, url):
    assert as_role(role).get(url).status_code == 200


@pytest.mark.parametrize("role", [Role.CENTRAL_EDITOR, Role.AUDITOR])
def test_readers_have_no_buttons(as_role, two_sites, role):
    drift_title("kongtong", "tzgg", "自己的名称")
    client = as_role(role)
    for action, data in (("-compare", {"site": "kongtong"}), ("-repair", {"site": "kongtong"})):
        assert client.post(f"{BASE}{action}/", data).headers["Location"] == "/admin/"
    for url in (BASE, f"{BASE}kongtong/"):
        assert "立即核对" not in client.get(url).content.decode()
    assert not Rollout.objects.exists()


@pytest.mark.parametrize("url", [*SCREENS, f"{BASE}-compare/", f"{BASE}-repair/"])
def test_screens_do_not_exist_for_strangers_nor_on_other_sites(city, two_sites, signed_in, url):
    both = make_member(two_sites.a, "site_admin")
    both.platform_roles.create(role="platform_admin")
    for client in (signed_in(city, make_member(city, "site_admin")), signed_in(two_sites.a, both)):
        assert client.get(url).status_code == 404
        assert client.post(url).status_code == 404


def test_sites_are_listed_by_how_they_stand_those_without_a_row_too(as_role, two_sites):
    set_condition("kongtong", Condition.DRIFTED)
    SiteRelease.objects.filter(site=two_sites.b).delete()
    client = as_role()
    page = client.get(BASE).content.decode()
    assert {"kongtong", "jingning", "city"} <= set(rows_of(page))
    assert set(rows_of(client.get(f"{BASE}?condition=drifted").content.decode())) == {"kongtong"}
    assert set(rows_of(client.get(f"{BASE}?condition=unadopted").content.decode())) == {"jingning"}
    assert set(rows_of(client.get(f"{BASE}?kind={COUNTY}").content.decode())) == {"kongtong", "jingning"}
    assert set(rows_of(client.get(f"{BASE}?q=静宁").content.decode())) == {"jingning"}
    assert client.get(f"{BASE}jingning/").status_code == 200


def test_archived_sites_are_not_listed(as_role, two_sites):
    Organisation.objects.filter(schema_name="jingning").update(state=SiteState.ARCHIVED)
    client = as_role()
    assert "jingning" not in rows_of(client.get(BASE).content.decode())
    assert client.get(f"{BASE}jingning/").status_code == 404


def test_counts_stand_beside_the_chart(as_role, two_sites):
    set_condition("kongtong", Condition.DRIFTED)
    page = as_role().get(BASE).content.decode()
    counts = dict(re.findall(r'compliance-count--(\w+)">\s*<a [^>]*><strong>(\d+)</strong>', page))
    assert counts["drifted"] == "1"
    assert sum(map(int, counts.values())) == Organisation.objects.exclude(state=SiteState.ARCHIVED).count()


@pytest.mark.parametrize(("query", "width"), [("", "860"), ("?narrow=1", "360")])
def test_chart_is_a_drawing_and_no_program(as_role, two_sites, query, width):
    answer = as_role().get(f"{BASE}-chart.svg{query}")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    text = answer.content.decode()
    assert "<script" not in text
    assert 'href="http' not in text
    root = ElementTree.fromstring(text)  # noqa: S314 - our own drawing
    assert root.tag.endswith("svg")
    assert root.get("viewBox", "").split()[2] == width
    assert "县（市、区）司法局" in text
    assert "一致" in text


def test_one_site_is_compared_at_once_and_all_by_jobs(as_role, two_sites):
    drift_title("kongtong", "tzgg", "自己的名称")
    client = as_role()
    client.post(f"{BASE}-compare/", {"site": "kongtong"})
    assert SiteRelease.objects.get(site=two_sites.a).condition == Condition.DRIFTED
    page = client.get(f"{BASE}kongtong/").content.decode()
    assert "改名称：‘自己的名称’ → ‘通知公告’" in page
    assert "未填写：" in page
    client.post(f"{BASE}-compare/")
    assert ProcrastinateJob.objects.filter(task_name__endswith="compare_with_release").count() > 5
    assert client.post(f"{BASE}-compare/", {"site": "nowhere"}).status_code == 404


def test_drift_is_repaired_by_a_plan_like_any_other(as_role, two_sites):
    drift_title("kongtong", "tzgg", "自己的名称")
    client = as_role()
    client.post(f"{BASE}-compare/", {"site": "kongtong"})
    answer = client.post(f"{BASE}-repair/", {"site": "kongtong"})
    rollout = Rollout.objects.get()
    assert answer.headers["Location"] == f"/admin/console/rollouts/{rollout.pk}/"
    assert (rollout.kind, rollout.release.number, rollout.turns.count()) == ("repair", 1, 1)
    assert title_of("kongtong", "tzgg") == "自己的名称"
    start_rollout(rollout)
    run_all()
    assert title_of("kongtong", "tzgg") == "通知公告"
    assert SiteRelease.objects.get(site=two_sites.a).condition == Condition.IN_STEP


def test_repair_of_a_kind_stays_on_the_release_that_each_site_is_on(as_role, two_sites):
    second = make_release(with_new_node(current_content()))
    SiteRelease.objects.filter(site=two_sites.b).update(release=second)
    for schema in ("kongtong", "jingning"):
        set_condition(schema, Condition.DRIFTED)
    answer = as_role().post(f"{BASE}-repair/", {"kind": COUNTY})
    assert answer.headers["Location"] == "/admin/console/rollouts/"
    planned = {rollout.release.number: rollout.turns.get().site.schema_name for rollout in Rollout.objects.all()}
    assert planned == {1: "kongtong", 2: "jingning"}


def test_repair_without_drift_plans_nothing(as_role, two_sites):
    client = as_role()
    assert "没有需要修复的网站" in client.post(f"{BASE}-repair/", {"kind": COUNTY}, follow=True).content.decode()
    assert client.post(f"{BASE}-repair/", {"kind": "nothing"}).status_code == 404
    assert not Rollout.objects.exists()


def test_retired_column_is_flagged(as_role, two_sites):
    with enter_site("kongtong"):
        row = SiteRelease.objects.get(site=two_sites.a)
        flag = {"kind": "retired", "message": "“旧栏目”已不在蓝图中", "node": "x", "page_id": 1, "address": "/jiu/"}
        row.findings = {
            "drift": {"changes": [], "obstacles": [], "flags": [flag]},
            "update": {"changes": [], "obstacles": [], "flags": []},
            "missing": [],
        }
        row.save()
    client = as_role()
    for url in (BASE, f"{BASE}kongtong/"):
        assert "“旧栏目”已不在蓝图中（/jiu/）" in client.get(url).content.decode()


# -- in the site's own admin


@pytest.fixture
def as_member(two_sites, signed_in):
    return lambda group: signed_in(two_sites.a, make_member(two_sites.a, group))


@pytest.mark.parametrize("group", ["site_admin", "editor", "reviewer_1"])
def test_site_sees_its_blueprint(as_member, group):
    page = as_member(group).get("/admin/blueprint/").content.decode()
    assert "县（市、区）司法局蓝图第 1 版" in page
    assert "通知公告" in page
    assert "必须存在、位置、名称、网址、模板" in page
    assert "一审、二审、三审" in page
    assert "主题" in page
    assert "新版本" not in page


def test_strangers_are_sent_to_the_login(two_sites, client_of):
    assert client_of(two_sites.a).get("/admin/blueprint/").status_code == 302


def test_site_sees_what_the_next_release_brings_and_what_drifted(as_member, as_role, two_sites):
    make_release(with_new_node(current_content()), note="增设新栏目")
    drift_title("kongtong", "tzgg", "自己的名称")
    as_role().post(f"{BASE}-compare/", {"site": "kongtong"})
    page = as_member("editor").get("/admin/blueprint/").content.decode()
    assert "新版本：第 2 版" in page
    assert "增设新栏目" in page
    assert "新建栏目‘新栏目’" in page
    assert "修复时将改名称：‘自己的名称’ → ‘通知公告’" in page


def test_site_is_told_what_stands_in_the_way(as_member, two_sites):
    make_release(with_new_node(current_content()))
    take_slug("kongtong", "xinlan")
    assert "已被同级页面“本地的”占用" in as_member("editor").get("/admin/blueprint/").content.decode()


def test_site_without_a_blueprint_is_told_so(as_member, two_sites):
    SiteRelease.objects.filter(site=two_sites.a).delete()
    assert "本站还没有纳入" in as_member("site_admin").get("/admin/blueprint/").content.decode()


def test_dashboard_tells_administrators_of_news_and_drift_and_nobody_of_nothing(as_member, two_sites):
    admin, editor = as_member("site_admin"), as_member("editor")
    assert 'id="dashboard-blueprint"' not in admin.get("/admin/").content.decode()
    make_release(with_new_node(current_content()), note="增设新栏目")
    page = admin.get("/admin/").content.decode()
    assert "市局已发布第 2 版" in page
    assert 'id="dashboard-blueprint"' not in editor.get("/admin/").content.decode()


def test_settings_menu_leads_there(as_member):
    assert '"/admin/blueprint/"' in as_member("site_admin").get("/admin/").content.decode()


# -- in the page editor


def edit_url(key):
    with enter_site("kongtong"):
        return f"/admin/pages/{BasePage.objects.get(node_key=key).pk}/edit/"


def input_of(page, name):
    return re.search(rf'<(?:input|select)[^>]*name="{name}"[^>]*>', page)[0]


def test_editor_of_a_locked_page_shows_what_is_locked_and_by_whom(as_member):
    page = as_member("site_admin").get(edit_url("tzgg")).content.decode()
    assert "“通知公告”的下列各项（必须存在、位置、名称、网址、模板）由“县（市、区）司法局蓝图第 1 版”锁定" in page
    for name in ("title", "slug", "page_size"):
        assert "readonly" in input_of(page, name), name
    for name in ("kind", "layout"):
        assert "disabled" in input_of(page, name), name
    assert "由蓝图锁定，本站不能更改。" in page


def test_editor_of_a_free_page_is_told_nothing(as_member):
    page = as_member("site_admin").get(edit_url("dwdj")).content.decode()
    assert "锁定" not in re.sub(r"(?s)<script.*?</script>", "", page).partition("<form")[0]
    assert "readonly" not in input_of(page, "title")


def test_post_written_by_hand_does_not_pass(as_member):
    client = as_member("site_admin")
    url = edit_url("tzgg")
    with enter_site("kongtong"):
        page = BasePage.objects.get(node_key="tzgg").specific
        data = {
            **{name: getattr(page, name) or "" for name in ("summary", "keywords", "update_days", "page_size")},
            **{"title": "我的名称", "slug": "wode", "kind": "专题", "layout": "cards", "comment_count": 0},
        }
    answer = client.post(url, data, follow=True)
    assert "锁定" in answer.content.decode()
    with enter_site("kongtong"):
        again = BasePage.objects.get(node_key="tzgg").specific
        assert (again.title, again.slug, again.kind, again.layout) == (page.title, page.slug, page.kind, page.layout)
        assert again.get_latest_revision_as_object().title == page.title
