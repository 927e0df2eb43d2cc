"""Programmes and episodes through the editor's own doors: made, refused with words, reviewed by the column's rule."""

import json
from typing import Any

import pytest

from legal_education.models import EpisodePage, ProgrammePage
from review import actions
from review.selectors import find_open_round
from site_core.selectors import get_column
from tenants.current import enter_site
from tests.factories import make_member
from tests.legal_education.samples import make_media, make_programme

_NO_ROWS = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "1000"}


def _formsets(*names: str) -> dict[str, str]:
    return {f"{formset}-{name}": value for formset in names for name, value in _NO_ROWS.items()}


def episode_form(**changes: Any) -> dict[str, str]:
    """Form of an episode with a speech and a chapter, as a browser sends it."""
    return {
        "title": "果园承包到期", "slug": "", "summary": "树归谁。", "number": "120", "presenter": "王某",
        "transcript-count": "1", "transcript-0-type": "speech", "transcript-0-order": "0", "transcript-0-deleted": "",
        "transcript-0-value-speaker": "律师", "transcript-0-value-text": "先看合同。",
        "chapters-count": "1", "chapters-0-type": "chapter", "chapters-0-order": "0", "chapters-0-deleted": "",
        "chapters-0-value-start": "0：05", "chapters-0-value-title": "看合同",
        "law_references-count": "0", **_formsets("comments"), **changes,
    }  # fmt: skip


@pytest.fixture
def site(two_sites):
    """静宁县's, where nothing of legal education is reviewed."""
    with enter_site(two_sites.b):
        actions.set_rule(get_column("pufa"), (), acting_user=None)
    return two_sites.b


@pytest.fixture
def client(site, signed_in):
    return signed_in(site, make_member(site, "editor"))


@pytest.fixture
def film_programme(site):
    with enter_site(site):
        return make_programme("tv", "乡村法制", slug="xcfz")


def add(client, programme, **fields):
    return client.post(f"/admin/pages/add/legal_education/episodepage/{programme.pk}/", episode_form(**fields))


def test_editor_makes_a_programme(site, client):
    with enter_site(site):
        column = get_column("pufa")
    form = {
        "title": "乡村法制", "slug": "xcfz", "summary": "到村里拍。", "medium": "tv", "outlet": "县电视台", "schedule": "周六",
        "audiences": ["farmers", "community"], "plan": "bawu", "body-count": "0", "action-publish": "1",
        **_formsets("links", "comments"),
    }  # fmt: skip
    assert client.get(f"/admin/pages/add/legal_education/programmepage/{column.pk}/").status_code == 200
    answer = client.post(f"/admin/pages/add/legal_education/programmepage/{column.pk}/", form)
    assert answer.status_code == 302
    with enter_site(site):
        made = ProgrammePage.objects.get()
        assert (made.live, made.medium, made.audiences, made.plan) == (True, "tv", ["farmers", "community"], "bawu")


def test_editor_publishes_an_episode(site, client, film_programme):
    with enter_site(site):
        media = make_media("film.mp4")
    assert client.get(f"/admin/pages/add/legal_education/episodepage/{film_programme.pk}/").status_code == 200
    answer = add(client, film_programme, media=str(media.pk), **{"action-publish": "1"})
    assert answer.status_code == 302
    with enter_site(site):
        made = EpisodePage.objects.get()
        assert (made.live, made.duration, made.media_type) == (True, 24, "video/mp4")
        assert made.chapters[0].value["start"] == "00:05"
        assert made.aired_at == made.public_at
    assert client.get("/pufa/xcfz/podcast.xml").content.count(b"<enclosure") == 1


@pytest.mark.parametrize("action", ["action-publish", ""])
def test_sound_in_a_film_programme_is_refused_at_its_field_and_the_text_stays(site, client, film_programme, action):
    with enter_site(site):
        media = make_media("tones-1.mp3")
    answer = add(client, film_programme, media=str(media.pk), **({action: "1"} if action else {}))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "不是视频" in text
    assert 'value="果园承包到期"' in text
    assert json.dumps("先看合同。")[1:-1] in text  # where the editor of blocks finds it
    with enter_site(site):
        assert not EpisodePage.objects.exists()


def test_episode_without_recording_is_not_published_and_is_kept_as_a_draft(site, client, film_programme):
    assert "没有视频文件" in add(client, film_programme, **{"action-publish": "1"}).content.decode()
    assert add(client, film_programme).status_code == 302
    with enter_site(site):
        assert not EpisodePage.objects.get().live


def test_episode_is_reviewed_by_the_columns_rule(site, client, film_programme):
    with enter_site(site):
        actions.set_rule(get_column("pufa"), ("reviewer_1",), acting_user=None)
        media = make_media("film.mp4")
    add(client, film_programme, media=str(media.pk), **{"action-publish": "1"})
    with enter_site(site):
        assert not EpisodePage.objects.filter(live=True).exists()
    add(client, film_programme, media=str(media.pk), **{"action-submit-review": "1"})
    with enter_site(site):
        rounds = [find_open_round(page) for page in EpisodePage.objects.all()]
        assert any(rounds)
        assert not EpisodePage.objects.filter(live=True).exists()


def test_only_fitting_issues_are_offered_below_a_programme(client, film_programme):
    offered = client.get(f"/admin/pages/{film_programme.pk}/add_subpage/", follow=True)
    assert b"/legal_education/paperissuepage/" not in offered.content
    assert "节目（一期）" in offered.content.decode()


def test_preview_shows_the_player(site, client, film_programme):
    with enter_site(site):
        media = make_media("film.mp4")
    path = f"/admin/pages/add/legal_education/episodepage/{film_programme.pk}/preview/"
    assert client.post(path, episode_form(media=str(media.pk))).json()["is_valid"]
    preview = client.get(path)
    assert preview.status_code == 200
    assert b"<video" in preview.content
