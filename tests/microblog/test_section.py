"""The stream on home pages: its latest posts, on its own site alone, and where it stands on a new site's."""

import pytest
from bs4 import BeautifulSoup
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.models import PageViewRestriction

from blueprints.comparing import plan_site
from blueprints.selectors import find_site_release
from blueprints.shipped import read_shipped
from microblog.models import StreamPage
from microblog.provisioning_steps import make_stream
from microblog.sections import MicroblogSection
from site_core.locks import rollout
from site_core.models import HomePage
from site_core.selectors import get_home
from tenants.current import enter_site
from tenants.kinds import SiteKind
from tenants.models import Organisation
from tests.microblog.samples import make_post
from tests.microblog.test_stream import add_pictures
from tests.site_core.test_sections import set_sections


def read_section(client):
    return BeautifulSoup(client.get("/").content.decode(), "html.parser").select_one("section:has(.posts)")


def show_section(site, **fields):
    with enter_site(site):
        set_sections(("microblog", {"title": "崆峒说法", "count": 3, "layout": "cards", **fields}))


@pytest.mark.parametrize("layout", ["cards", "lines"])
def test_section_shows_the_latest_posts_of_its_own_site(two_sites, client_of, layout):
    site = two_sites.a
    for number in range(4):
        add_pictures(site, make_post(site, f"第{number}条。", topic_word="赶集说法"), 1)
    make_post(site, "草稿一条。", draft=True)
    make_post(two_sites.b, "别站的一条。")
    show_section(site, layout=layout)
    section = read_section(client_of(site))
    assert [each.get_text(strip=True) for each in section.select(".post__text")] == ["第3条。", "第2条。", "第1条。"]
    assert section.h2.get_text() == "崆峒说法"
    assert section.select_one(".more")["href"] == "/micro/"
    assert len(section.select(".post__picture")) == (3 if layout == "cards" else 0)


def test_section_escapes_what_posts_say(two_sites, client_of):
    make_post(two_sites.a, "<script>alert(1)</script>")
    show_section(two_sites.a)
    section = read_section(client_of(two_sites.a))
    assert section.select_one(".post__text").get_text() == "<script>alert(1)</script>"


def test_section_without_posts_or_with_a_private_stream_is_not_there(two_sites, client_of):
    site = two_sites.a
    show_section(site)
    assert read_section(client_of(site)) is None
    make_post(site, "一条。")
    assert read_section(client_of(site)) is not None
    with enter_site(site), rollout():
        PageViewRestriction.objects.create(page=StreamPage.objects.get(), restriction_type=PageViewRestriction.LOGIN)
    answer = client_of(site).get("/").content.decode()
    assert "一条。" not in answer
    assert read_section(client_of(site)) is None


@pytest.mark.parametrize(("count", "is_right"), [(0, False), (1, True), (6, True), (7, False)])
def test_section_shows_one_to_six(count, is_right):
    block = MicroblogSection()
    value = block.to_python({"title": "微博", "count": count, "layout": "cards"})
    if is_right:
        block.clean(value)
    else:
        with pytest.raises(StructBlockValidationError):
            block.clean(value)


@pytest.mark.parametrize("kind", SiteKind.values)
def test_new_bureau_shows_it_behind_legal_education_and_its_blueprint_changes_nothing(kind, db):
    site = Organisation.objects.filter(kind=kind).first()
    content = read_shipped(kind)
    is_offered = "microblog" in [section.key for section in content.sections]
    assert is_offered == (kind in ("city_bureau", "county_bureau"))
    with enter_site(site):
        keys = [block.block_type for block in HomePage.objects.get().sections]
        assert ("microblog" in keys) == is_offered
        assert not plan_site(site, find_site_release(site).release).changes
    if is_offered:
        order = [section.key for section in content.sections]
        assert order[order.index("microblog") - 1] == "legal_education"
        assert not next(each for each in content.sections if each.key == "microblog").required


def test_section_that_was_taken_away_does_not_come_back(in_kongtong):
    home = get_home()
    home.sections = [item for item in home.sections.raw_data if item["type"] != "microblog"]
    with rollout():
        home.save_revision().publish()
    make_stream(in_kongtong)
    assert "microblog" not in [block.block_type for block in get_home().sections]
    assert StreamPage.objects.count() == 1


def test_microblog_among_the_forms_of_legal_education_leads_to_the_stream(city, client_of):
    page = BeautifulSoup(client_of(city).get("/").content.decode(), "html.parser")
    links = {each.h3.get_text(): each.select_one(".five__do") for each in page.select(".five__item")}
    assert links["普法微博"]["href"] == "/micro/"
    assert client_of(city).get("/micro/").status_code == 200
