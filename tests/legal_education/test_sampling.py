"""The demo's programmes: complete, marked as samples, published once."""

import pytest
from django.db import transaction

from legal_education.models import EpisodePage, PaperIssuePage, ProgrammePage
from legal_education.sample_paper import bind, draw_page
from legal_education.sampling import _read_programmes, add_sample_programmes
from site_core.publication_checks import list_obstacles
from tenants.current import enter_site


def test_city_has_every_form_and_nothing_stands_in_the_way_of_it(city):
    with enter_site(city):
        add_sample_programmes(city)
        assert {each.medium for each in ProgrammePage.objects.live()} == {"radio", "tv", "paper", "weibo"}
        pages = [*ProgrammePage.objects.all(), *EpisodePage.objects.all(), *PaperIssuePage.objects.all()]
        assert not [str(finding) for page in pages for finding in list_obstacles(page)]
        assert all("示例" in page.title for page in pages)
        before = len(pages)
        add_sample_programmes(city)
        after = ProgrammePage.objects.count() + EpisodePage.objects.count() + PaperIssuePage.objects.count()
        assert after == before


def test_sample_that_an_editor_changed_stays(two_sites):
    with enter_site(two_sites.b):
        add_sample_programmes(two_sites.b)
        episode = EpisodePage.objects.get(number=120)
        episode.title = "编辑改过的标题"
        with transaction.atomic():
            episode.save_revision().publish()
        add_sample_programmes(two_sites.b)
        assert EpisodePage.objects.get(number=120).title == "编辑改过的标题"


def test_samples_are_on_the_sites_that_they_are_for():
    found = {(each["site"], each["medium"]) for each in _read_programmes()}
    assert {("jingning", "tv"), ("chongxin", "tv"), ("kongtong", "weibo"), ("city", "paper")} <= found


@pytest.mark.parametrize("has_fonts", [True, False])
def test_paper_is_drawn_with_and_without_fonts(monkeypatch, has_fonts):
    if not has_fonts:
        monkeypatch.setattr("legal_education.sample_paper._find_font", lambda kind: None)
    page = draw_page("报", "头版", "标题", "一段|又一段")
    assert page.startswith(b"\xff\xd8")
    assert bind([page, page]).startswith(b"%PDF")
