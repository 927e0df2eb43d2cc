"""Pages of campaigns: their phase by the day, one a year, where they stand, their place in the catalogue."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import PageViewRestriction

from legal_education.campaigns.models import CampaignArticle, CampaignPage
from legal_education.campaigns.phases import Phase
from search.models import CatalogueEntry
from site_core import reading
from site_core.publication_checks import list_findings
from site_core.selectors import get_column, get_home
from tests.campaigns.samples import KEY, make_campaign, open_page, text_of
from tests.factories import make_article


@pytest.mark.parametrize(("ahead", "label"), [(1, "预告"), (0, "进行中"), (-2, "进行中"), (-3, "已结束")])
def test_phase_follows_the_day(two_sites, client, ahead, label):
    first = timezone.localdate() + timedelta(days=ahead)
    make_campaign(two_sites.a, ahead=ahead, days=3, year=first.year)
    assert open_page(client, "/pufa/mfd/").select_one(".topic-head .badge").get_text() == label


def test_page_is_another_one_tomorrow(two_sites, client):
    make_campaign(two_sites.a)
    with reading.listen() as read:
        client.get("/pufa/mfd/")
    assert read.until is not None
    assert read.until - timezone.now() <= timedelta(days=1)


def test_days_to_go_are_counted(two_sites, client):
    make_campaign(two_sites.a, ahead=4)
    assert open_page(client, "/pufa/mfd/").select_one(".topic-head__days b").get_text() == "4"


def test_phases_have_both_ends_within(db):
    page = CampaignPage(starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 7))
    days = [date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 7), date(2026, 12, 8)]
    assert [page.phase_on(day) for day in days] == [Phase.AHEAD, Phase.RUNNING, Phase.RUNNING, Phase.OVER]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": date(2026, 4, 30)}, "ends_on"),
        ({"year": 2025}, "year"),
        ({"ends_on": date(2028, 5, 1)}, "ends_on"),
    ],
)
def test_days_that_cannot_be_are_refused_with_words(site, changes, field):
    values = {"campaign": KEY, "year": 2026, "starts_on": date(2026, 5, 1), "ends_on": date(2026, 5, 31), **changes}
    with pytest.raises(ValidationError) as refusal:
        CampaignPage(title="活动", slug="hd", **values).full_clean(exclude=["path", "depth"])
    assert field in refusal.value.message_dict


def test_campaign_has_one_page_a_year(site, two_sites):
    known = make_campaign(two_sites.a)
    twin = CampaignPage(
        title="又一个", slug="hd", campaign=KEY, year=known.year, starts_on=known.starts_on, ends_on=known.ends_on
    )
    with pytest.raises(ValidationError) as refusal:
        twin.full_clean(exclude=["path", "depth"])
    assert known.title in str(refusal.value)


def test_it_stands_below_legal_education_alone(site):
    assert CampaignPage.can_create_at(get_column("pufa"))
    assert not CampaignPage.can_create_at(get_column("gzdt"))
    assert not CampaignPage.can_create_at(get_home())


def test_chosen_articles_are_shown_while_everybody_may_read_them(site, two_sites, client):
    open_article, private = make_article(site, "看得到的文章"), make_article(site, "看不到的文章")
    page = make_campaign(two_sites.a)
    page.articles = [CampaignArticle(page=private, sort_order=0), CampaignArticle(page=open_article, sort_order=1)]
    page.save_revision().publish()
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    said = text_of(open_page(client, "/pufa/mfd/"))
    assert "看得到的文章" in said
    assert "看不到的文章" not in said


def test_catalogue_knows_it_by_its_theme(site, two_sites):
    page = make_campaign(two_sites.a)
    entry = CatalogueEntry.objects.get(site=two_sites.a, page_id=page.pk)
    assert (entry.page_type, entry.column_key) == ("topic", "pufa")
    page.unpublish()
    assert not CatalogueEntry.objects.filter(site=two_sites.a, page_id=page.pk).exists()


def test_days_other_than_the_calendar_s_are_pointed_out(site, two_sites):
    page = make_campaign(two_sites.a, ahead=-3, days=2)
    assert [each.field for each in list_findings(page, column=get_column("pufa"))].count("starts_on") == 1
    page.starts_on, page.ends_on = date(page.year, 5, 1), date(page.year, 5, 31)
    assert "starts_on" not in [each.field for each in list_findings(page, column=get_column("pufa"))]
