"""What the centre counts: all sites but those on trial, whatever became of them; who has not reported; files and charts."""

import io
from datetime import date

import pytest
from openpyxl import load_workbook

from legal_education.campaigns.console_selectors import list_missing
from tenants.actions import change_details, change_state
from tenants.kinds import SiteState
from tests.campaigns.samples import KEY, make_activity
from tests.factories import make_member

SCREEN = "/admin/console/activities/"
YEAR, DAY = 2026, date(2026, 5, 20)


@pytest.fixture
def activities(two_sites):
    """崆峒区's two, 静宁县's one."""
    make_activity(two_sites.a, "集市", held_on=DAY, people=100, audience="farmers")
    make_activity(
        two_sites.a, "学校", held_on=date(2026, 6, 1), people=40, audience="youth", campaign="", is_public=False
    )
    make_activity(two_sites.b, "果园", held_on=DAY, people=300, audience="farmers")


def rows_of(answer):
    return {row.site.schema_name: row.totals.people for row in answer.context["sites"] if row.totals.activities}


def test_counts_are_by_site_campaign_audience_and_month(activities, centre):
    answer = centre.get(f"{SCREEN}?year={YEAR}")
    assert rows_of(answer) == {"kongtong": 140, "jingning": 300}
    assert answer.context["totals"].activities == 3
    tables = {chart["label"]: dict(chart["rows"]) for chart in answer.context["charts"]}
    assert tables["按对象"]["农民"].people == 400
    assert (tables["按月"]["5月"].activities, tables["按月"]["6月"].activities, tables["按月"]["7月"].activities) == (
        2,
        1,
        0,
    )
    assert (tables["按活动"]["民法典宣传月"].people, tables["按活动"]["其他"].people) == (400, 40)


def test_question_narrows_what_is_counted(activities, centre, two_sites):
    assert rows_of(centre.get(f"{SCREEN}?year={YEAR}&campaign={KEY}")) == {"kongtong": 100, "jingning": 300}
    assert rows_of(centre.get(f"{SCREEN}?year={YEAR}&audience=youth")) == {"kongtong": 40}
    assert rows_of(centre.get(f"{SCREEN}?year={YEAR}&site={two_sites.b.pk}")) == {"jingning": 300}
    assert rows_of(centre.get(f"{SCREEN}?year=2025")) == {}
    assert centre.get(f"{SCREEN}?year=x&campaign=y&audience=z&site=9999999999999").status_code == 200


def test_counts_stay_when_a_site_is_renamed_or_archived_and_not_on_trial(activities, centre, two_sites):
    change_details(two_sites.a, {"name": "新名称司法局", "short_name": "新局"})
    assert "新局" in centre.get(f"{SCREEN}?year={YEAR}").content.decode()
    change_state(two_sites.a, SiteState.SUSPENDED, notice="维护")
    assert rows_of(centre.get(f"{SCREEN}?year={YEAR}"))["kongtong"] == 140
    change_state(two_sites.a, SiteState.ARCHIVED)
    assert rows_of(centre.get(f"{SCREEN}?year={YEAR}"))["kongtong"] == 140
    change_state(two_sites.b, SiteState.SUSPENDED, notice="维护")
    change_state(two_sites.b, SiteState.TRIAL)
    assert rows_of(centre.get(f"{SCREEN}?year={YEAR}")) == {"kongtong": 140}


def test_who_has_not_reported_is_named(city, two_sites):
    make_activity(two_sites.a, held_on=DAY)

    def missing(day):
        found = {each.occurrence.campaign.key: each for each in list_missing(YEAR, day)}
        each = found.get(KEY)
        return ({site.schema_name for site in each.sites}, each.is_late) if each else None

    assert missing(date(2026, 5, 31)) is None
    assert missing(date(2026, 6, 1)) == ({"city", "jingning"}, False)
    assert missing(date(2026, 6, 6)) == ({"city", "jingning"}, True)
    make_activity(two_sites.b, held_on=DAY)
    make_activity(city, held_on=DAY)
    assert missing(date(2026, 6, 6)) is None


def test_files_and_charts_are_of_the_same_question(activities, centre):
    book = load_workbook(io.BytesIO(centre.get(f"{SCREEN}download/?year={YEAR}&audience=youth&as=xlsx").content))
    assert [row[2] for row in book.active.iter_rows(values_only=True)] == ["主题", "学校"]
    assert "果园" in centre.get(f"{SCREEN}download/?year={YEAR}").content.decode()
    for chart in ("months", "sites", "audiences", "campaigns"):
        svg = centre.get(f"{SCREEN}{chart}.svg?year={YEAR}")
        assert svg.headers["Content-Type"] == "image/svg+xml"
        assert b"<script" not in svg.content
    assert "人".encode() in centre.get(f"{SCREEN}sites.svg?year={YEAR}").content
    assert centre.get(f"{SCREEN}nothing.svg").status_code == 404


def test_console_is_the_centre_s(city, two_sites, signed_in):
    for site in (city, two_sites.a):
        person = signed_in(site, make_member(site, "site_admin"))
        for path in ("", "download/", "sites.svg"):
            assert person.get(SCREEN + path).status_code == 404
