"""The demo's campaigns: made once, marked 示例, public and counted."""

from legal_education.campaigns.models import Activity, CampaignPage
from legal_education.campaigns.sampling import add_sample_campaigns
from legal_education.cluster.models import ActivityRecord
from tenants.current import enter_site
from tests.campaigns.samples import open_page, text_of


def test_samples_are_made_once_and_marked(city, two_sites, client_of):
    for site in (city, two_sites.a, two_sites.b):
        with enter_site(site):
            add_sample_campaigns(site)
            before = CampaignPage.objects.count(), Activity.objects.count()
            add_sample_campaigns(site)
            assert (CampaignPage.objects.count(), Activity.objects.count()) == before
            assert before[0] == 2
            assert all("示例" in page.title for page in CampaignPage.objects.all())
            assert all("示例" in each.theme and "示例" in each.summary for each in Activity.objects.all())
    assert set(ActivityRecord.objects.values_list("site__schema_name", flat=True)) == {"city", "kongtong", "jingning"}
    said = text_of(open_page(client_of(city), "/pufa/"))
    assert "示例" in said


def test_what_an_editor_removed_stays_away_with_its_key(two_sites):
    with enter_site(two_sites.a):
        add_sample_campaigns(two_sites.a)
        page = CampaignPage.objects.first()
        page.unpublish()
        add_sample_campaigns(two_sites.a)
        assert not CampaignPage.objects.get(pk=page.pk).live
