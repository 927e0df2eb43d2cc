"""What a reader sees of a site on trial, suspended, archived, and where there is none."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.scene import ARCHIVED, SUSPENDED, SUSPENSION_NOTICE, TRIAL, UNKNOWN
from tests.browser.server import BrowserCluster
from tests.browser.test_public_reading import answer_of, assert_fits, open_menu
from tests.prepared_database import SITES

TELEPHONE = 375


def test_trial_site_says_so_and_stays_out_of_search_engines(cluster: BrowserCluster, open_page: OpenPage):
    page = open_page(TELEPHONE)
    response = answer_of(page, cluster.url(TRIAL))
    assert response.status == 200
    assert "noindex" in (response.header_value("x-robots-tag") or "")
    expect(page.get_by_role("status")).to_contain_text("试运行")
    expect(page.get_by_role("status")).to_be_in_viewport()
    assert_fits(page)


def test_suspended_site_answers_with_its_notice_alone(cluster: BrowserCluster, open_page: OpenPage):
    page = open_page(TELEPHONE)
    response = answer_of(page, cluster.url(SUSPENDED))
    assert response.status == 503
    assert response.header_value("retry-after")
    expect(page.get_by_role("main")).to_contain_text(SUSPENSION_NOTICE)
    expect(page.get_by_role("link")).to_have_count(0)
    assert_fits(page)


def test_archived_site_is_readable_and_says_since_when(cluster: BrowserCluster, open_page: OpenPage):
    page = open_page(TELEPHONE)
    assert answer_of(page, cluster.url(ARCHIVED)).status == 200
    expect(page.get_by_role("status")).to_contain_text("归档")
    open_menu(page)
    page.get_by_role("navigation", name="主导航").get_by_role("link").nth(1).click()
    expect(page.get_by_role("status")).to_contain_text("归档")
    assert_fits(page)


def test_archived_site_lets_nobody_into_its_admin(cluster: BrowserCluster, open_page: OpenPage):
    page = open_page()
    assert answer_of(page, cluster.url(ARCHIVED, "/admin/login/")).status == 403
    expect(page.get_by_role("main")).to_contain_text("已归档")


def test_unknown_host_is_a_404_that_names_no_site(cluster: BrowserCluster, open_page: OpenPage):
    page = open_page()
    response = answer_of(page, cluster.url(UNKNOWN))
    assert response.status == 404
    text = response.text()
    named = [order.fields[name] for order in SITES for name in ("name", "short_name") if order.fields[name] in text]
    named += [host for order in SITES for host in order.hosts if host in text]
    assert not named
