"""Programmes of the web and the microblog: links, no stream of their own."""

from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError

from legal_education.models import ProgrammeLink
from legal_education.plans import find_plan, list_plans
from site_core.selectors import get_column
from tests.factories import make_article
from tests.legal_education.samples import make_programme


def test_programme_links_to_the_stream_and_to_columns(site, client):
    make_article(site, "一则普法短文", column="pfdt")
    column = get_column("pfdt")
    programme = make_programme("weibo", "崆峒说法", links=[ProgrammeLink(page=column, label="今日普法")])
    path = programme.get_url()
    page = BeautifulSoup(client.get(path).content.decode(), "html.parser").find("main")
    assert "/micro/" in [link["href"] for link in page.find_all("a")]
    assert "今日普法" in page.get_text()
    assert "一则普法短文" in page.get_text()


def test_plans_are_five_years_each_without_gaps():
    plans = list_plans()
    assert all(plan.last_year - plan.first_year == 4 for plan in plans)
    assert all(newer.first_year == older.last_year + 1 for newer, older in pairwise(plans))
    plan = find_plan("bawu")
    assert plan is not None
    assert plan.label == "八五普法（2021—2025）"
    assert find_plan("no") is None


def test_programme_does_not_end_before_it_begins(site):
    from datetime import date

    with pytest.raises(ValidationError, match="不能早于"):
        make_programme(since=date(2020, 1, 1), until=date(2019, 1, 1))
