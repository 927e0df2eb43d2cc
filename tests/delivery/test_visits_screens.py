"""Who sees which figures: a site its own, the centre all; files that spreadsheets may open; the demo's samples."""

import csv
import io
from datetime import timedelta

import pytest
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from delivery.models import PageViews, SiteVisits
from delivery.visits.actions import record_visits
from delivery.visits.batch import Counted
from delivery.visits.demo import prepare_demo
from delivery.visits.periods import find_period
from delivery.visits.selectors import get_year_totals, list_sites_with_visits, list_top_pages
from site_core.charts import list_scale
from site_core.paths import PathReserved, check_slug
from tenants.connection import connection
from tenants.current import enter_site
from tests.delivery.visits import JINGNING, KONGTONG, place, reader
from tests.factories import make_article, make_central, make_draft, make_member, path_of

TODAY = timezone.localdate()
REPORT, CONSOLE = "/admin/visits/", "/admin/console/visits/"


def page_report(page_id, part=""):
    return f"{REPORT}pages/{page_id}/{part}"


@pytest.fixture
def articles(two_sites):
    """One on each site, opened 41 and 57 times today, by one and by two readers."""
    made = {}
    for site, host, views, readers in ((two_sites.a, KONGTONG, 41, 1), (two_sites.b, JINGNING, 57, 2)):
        page = make_article(site, f"{site.schema_name}的通知")
        at = place(path_of(site, page), host=host, day=TODAY)
        record_visits(Counted({at: views}, [(at, reader(number)) for number in range(readers)]))
        made[site.schema_name] = page
    return made


@pytest.fixture
def editor(two_sites, signed_in):
    return signed_in(two_sites.a, make_member(two_sites.a, "editor"))


def table_of(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("group", ["site_admin", "editor", "reviewer_1", "reviewer_3"])
def test_people_of_a_site_see_its_own_figures_alone(two_sites, signed_in, articles, group):
    client = signed_in(two_sites.a, make_member(two_sites.a, group))
    screen = client.get(REPORT).content.decode()
    assert "<dd>41</dd>" in screen
    assert "kongtong的通知" in screen
    assert "jingning的通知" not in screen
    assert "57" not in [cell for row in table_of(client.get(f"{REPORT}download/")) for cell in row]
    assert client.get(page_report(articles["kongtong"].pk)).status_code == 200


@pytest.mark.parametrize(
    "part", ["", "chart.svg", "download/", "pages/{page}/", "pages/{page}/chart.svg", "pages/{page}/download/"]
)
def test_who_has_no_part_in_the_site_finds_nothing(two_sites, client_of, signed_in, articles, part):
    url = REPORT + part.format(page=articles["kongtong"].pk)
    assert client_of(two_sites.a).get(url).status_code == 302
    other = signed_in(two_sites.a, make_member(two_sites.b, "site_admin"))
    assert other.get(url).status_code in (302, 403, 404)


def test_page_of_another_site_does_not_exist(two_sites, editor, articles):
    beyond = max(page.pk for page in articles.values()) + 1
    with enter_site(two_sites.b):
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(pg_get_serial_sequence('wagtailcore_page', 'id'), %s)", [beyond])
        foreign = make_article(two_sites.b)
    record_visits(Counted({place(path_of(two_sites.b, foreign), host=JINGNING, day=TODAY): 99}))
    for part in ("", "chart.svg", "download/"):
        assert editor.get(page_report(foreign.pk, part)).status_code == 404


def test_figures_of_a_page_with_the_same_id_elsewhere_are_not_mixed(two_sites, editor, articles):
    page = articles["kongtong"]
    PageViews.objects.create(site=two_sites.b, page_id=page.pk, day=TODAY - timedelta(days=1), views=999)
    rows = table_of(editor.get(page_report(page.pk, "download/?range=7")))
    assert rows[0] == ["日期", "浏览次数"]
    assert [row[1] for row in rows[1:]] == ["0"] * 6 + ["41"]


def test_page_that_the_person_may_not_see_does_not_exist(two_sites, signed_in, articles):
    hidden = make_article(two_sites.a, "内部通知", private=True)
    draft = make_draft(two_sites.a)
    reviewer = signed_in(two_sites.a, make_member(two_sites.a, "reviewer_1"))
    editor = signed_in(two_sites.a, make_member(two_sites.a, "editor"))
    for page in (hidden, draft):
        assert reviewer.get(page_report(page.pk)).status_code == 404
        assert editor.get(page_report(page.pk)).status_code == 200
    for number in (1, 10**6):  # the root, and nothing
        assert editor.get(page_report(number)).status_code == 404


def test_chart_is_a_picture_without_script(editor, articles):
    for url in (
        f"{REPORT}chart.svg?range=7&narrow=1",
        f"{REPORT}chart.svg?range=365",
        page_report(articles["kongtong"].pk, "chart.svg"),
    ):
        answer = editor.get(url)
        assert answer.headers["Content-Type"] == "image/svg+xml"
        assert b"<script" not in answer.content
        assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("most", "steps"),
    [(0, [0, 1]), (1, [0, 1]), (6, [0, 1, 2, 3, 4, 5, 6]), (7, [0, 2, 4, 6, 8]), (405, [0, 100, 200, 300, 400, 500])],
)
def test_scale_has_whole_even_steps(most, steps):
    assert list_scale(most) == steps


@pytest.mark.parametrize("query", ["", "?range=7", "?range=365", "?range=%00", "?range=9999999"])
def test_report_takes_any_range(editor, articles, query):
    answer = editor.get(REPORT + query)
    assert answer.status_code == 200
    assert "<dd>41</dd>" in answer.content.decode()


def test_file_is_safe_to_open_in_a_spreadsheet(two_sites, editor):
    page = make_article(two_sites.a, "=HYPERLINK(1)")
    record_visits(Counted({place(path_of(two_sites.a, page), day=TODAY): 3}))
    rows = table_of(editor.get(f"{REPORT}download/?range=7"))
    assert [row for row in rows if row[1] == "3"][-1][0] == "'=HYPERLINK(1)"
    assert rows[7][:3] == [TODAY.isoformat(), "3", "0"]


def test_deleted_page_keeps_its_views_without_a_name(two_sites, editor, articles):
    with enter_site(two_sites.a):
        articles["kongtong"].delete()
    screen = editor.get(REPORT).content.decode()
    assert "（已删除的页面）" in screen


def test_report_is_in_the_menu_the_dashboard_and_the_menu_of_the_page(editor, articles):
    dashboard = editor.get("/admin/").content.decode()
    assert f'href="{REPORT}"' in dashboard
    assert "近 7 天访问" in dashboard
    assert (
        page_report(articles["kongtong"].pk)
        in editor.get(f"/admin/pages/{articles['kongtong'].pk}/edit/").content.decode()
    )


def test_report_costs_a_bounded_number_of_queries(two_sites, editor, articles):
    def count():
        with CaptureQueriesContext(connection) as queries:
            editor.get(REPORT)
        return len([query for query in queries if "search_path" not in query["sql"]])

    count()
    before = count()
    for number in range(8):
        page = make_article(two_sites.a, f"通知 {number}")
        record_visits(Counted({place(path_of(two_sites.a, page), day=TODAY): 3}))
    assert count() <= before


# --- The centre ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["platform_admin", "central_editor", "auditor"])
def test_centre_sees_all_sites_and_their_sum(city, signed_in, articles, role):
    client = signed_in(city, make_central(role))
    screen = client.get(CONSOLE).content.decode()
    assert "<dd>98</dd>" in screen
    assert "崆峒区司法局" in screen
    assert "静宁县司法局" in screen
    rows = table_of(client.get(f"{CONSOLE}download/?range=7"))
    figures = {row[2]: row[3:] for row in rows}
    assert figures["kongtong"] == ["41", "1", "41", "1"]
    assert figures["jingning"] == ["57", "2", "57", "2"]
    assert rows[-1] == ["合计", "", "", "98", "3", "98", "3"]
    assert client.get(f"{CONSOLE}chart.svg").status_code == 200


def test_console_is_sorted_as_asked(city, signed_in, articles):
    client = signed_in(city, make_central())

    def order(query):
        screen = client.get(CONSOLE + query).content.decode().partition("<tbody>")[2]
        return screen.index("崆峒区司法局") < screen.index("静宁县司法局")

    assert (order(""), order("?ordering=views"), order("?ordering=-visitors")) == (False, True, False)
    assert client.get(f"{CONSOLE}?ordering=password").status_code == 200


@pytest.mark.parametrize("part", ["", "results/", "chart.svg", "download/"])
def test_console_is_for_the_centre_alone(two_sites, city, signed_in, articles, part):
    member = signed_in(city, make_member(city, "site_admin"))
    assert member.get(CONSOLE + part).status_code == 404
    elsewhere = signed_in(two_sites.a, make_member(two_sites.a, "site_admin"))
    assert elsewhere.get(CONSOLE + part).status_code == 404


def test_sums_of_the_list_are_those_of_each_site(two_sites, articles):
    sites = {site.schema_name: site for site in list_sites_with_visits(find_period("7", TODAY)[1], TODAY.year)}
    for site in (two_sites.a, two_sites.b):
        totals = get_year_totals(site, TODAY.year)
        row = sites[site.schema_name]
        assert (row.year_views, row.year_visitors) == (totals.views, totals.visitors)
    assert sites["city"].views == 0


# --- Public pages, demo --------------------------------------------------------------------------------------


def test_public_page_carries_the_script_and_a_preview_does_not(two_sites, client_of, editor, articles):
    page = articles["kongtong"]
    script = "delivery/visit.js"
    assert script in client_of(two_sites.a).get(path_of(two_sites.a, page)).content.decode()
    assert script not in client_of(two_sites.a).get("/no/such/page/").content.decode()
    assert script not in editor.get(f"/admin/pages/{page.pk}/view_draft/").content.decode()


def test_address_of_the_beacon_is_taken():
    with pytest.raises(PathReserved):
        check_slug("visit")


def test_demo_is_the_same_each_time_and_leaves_what_is_there(two_sites):
    def figures():
        return [
            list(model.objects.order_by("day", "pk").values_list("day", "views")) for model in (PageViews, SiteVisits)
        ]

    with enter_site(two_sites.a) as site:
        for number in range(5):
            make_article(site, f"通知 {number}")
        prepare_demo(site)
        first = figures()
        prepare_demo(site)
        assert figures() == first
        PageViews.objects.all().delete()
        SiteVisits.objects.all().delete()
        prepare_demo(site)
        assert figures() == first
        assert len(first[1]) == 60
        assert TODAY not in [day for day, _ in first[1]]
        assert sum(views for _, views in first[0]) == sum(views for _, views in first[1])
        assert all(SiteVisits.objects.values_list("is_sample", flat=True))
    with enter_site(two_sites.b):
        assert list_top_pages(find_period("30", TODAY)[1], 5) == []


def test_samples_are_called_samples(two_sites, editor):
    with enter_site(two_sites.a) as site:
        prepare_demo(site)
    assert "示例数据" in editor.get(REPORT).content.decode()
    assert "示例数据" in editor.get("/admin/").content.decode()


def test_real_figures_are_not_called_samples(two_sites, editor, articles):
    with enter_site(two_sites.b) as site:
        prepare_demo(site)
    assert "示例数据" not in editor.get(REPORT).content.decode()
