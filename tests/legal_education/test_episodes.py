"""Episodes: recordings that are what they claim, their pages with a player, what search and machines are told."""

import json

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import ProtectedError

from legal_education.models import EpisodePage, ProgrammePage
from search.models import CatalogueEntry, CataloguePart
from site_core.publication_checks import list_obstacles
from tests.legal_education.samples import CAPTIONS, make_episode, make_media, make_pdf, make_programme, make_wav
from tests.site_core.page_samples import make_picture, stream


def open_page(client, page):
    answer = client.get(page.get_url())
    assert answer.status_code == 200
    return BeautifulSoup(answer.content.decode(), "html.parser")


def test_recording_is_measured_when_it_is_saved(site):
    episode = make_episode(make_programme())
    assert (episode.media_type, episode.duration, episode.media_size) == ("audio/mpeg", 36, episode.media.file.size)


def test_film_and_wav_are_measured_too(site):
    film = make_episode(make_programme("tv", "普法天地"))
    sound = make_episode(make_programme(), media=make_media("a.wav", content=make_wav(7)))
    assert (film.media_type, film.duration) == ("video/mp4", 24)
    assert (sound.media_type, sound.duration) == ("audio/wav", 7)


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.mp3", b"this is no sound at all" * 50, "MP3"),
        ("b.pdf", make_pdf(1), "不是音频"),
        ("film.mp4", None, "不是音频"),
        ("c.wav", make_wav(3)[:400], "不完整"),
    ],
)
def test_what_is_no_sound_is_refused_with_words_and_nothing_is_lost(site, name, content, word):
    episode = make_episode(make_programme())
    document = make_media(name, content=content)
    draft = EpisodePage.objects.get(pk=episode.pk)
    draft.media = document
    with pytest.raises(ValidationError, match=word):
        draft.full_clean()
    assert EpisodePage.objects.get(pk=episode.pk).media_id == episode.media_id


def test_sound_is_no_film(site):
    with pytest.raises(ValidationError, match="不是视频"):
        make_episode(make_programme("tv", "普法天地"), media=make_media("tones-1.mp3"))


def test_file_that_is_gone_is_refused_with_words(site):
    document = make_media("tones-2.mp3")
    document.file.storage.delete(document.file.name)
    with pytest.raises(ValidationError, match="已不在"):
        make_episode(make_programme(), media=document)


def test_captions_are_refused_by_line(site):
    broken = make_media("x.vtt", content=b"WEBVTT\n\n00:01 --> 00:02\nx\n")
    with pytest.raises(ValidationError, match="第 3 行"):
        make_episode(make_programme("tv", "普法天地"), captions=broken)


def test_chapters_stand_in_order_and_within_the_recording(site):
    programme = make_programme()
    chapters = [("chapter", {"start": at, "title": at}) for at in ("00:09", "00:03")]
    with pytest.raises(ValidationError, match="先后"):
        make_episode(programme, chapters=stream(*chapters))
    with pytest.raises(ValidationError, match="超出"):
        make_episode(programme, chapters=stream(("chapter", {"start": "09:00", "title": "太晚"})))


def test_episode_stands_below_a_programme_of_recordings_alone(site):
    with pytest.raises(ValidationError, match="报纸"):
        make_episode(make_programme("paper", "普法之窗"), media=None)
    assert not EpisodePage.can_create_at(make_programme("weibo", "微博"))
    assert EpisodePage.can_create_at(make_programme("tv", "电视"))


def test_programme_with_issues_keeps_its_form(site):
    programme = make_programme()
    make_episode(programme)
    programme = ProgrammePage.objects.get(pk=programme.pk)
    programme.medium = "tv"
    with pytest.raises(ValidationError, match="不能再改"):
        programme.full_clean()


def test_recording_in_use_is_not_deleted(site):
    episode = make_episode(make_programme())
    with pytest.raises(ProtectedError), transaction.atomic():
        episode.media.delete()


def test_replaced_recording_is_measured_again_and_a_broken_one_is_not_offered(site, client):
    episode = make_episode(make_programme())
    document = episode.media
    document.file.save("tones-1.mp3", ContentFile(make_media("tones-2.mp3").file.read()), save=False)
    with transaction.atomic():
        document.save()
    episode.refresh_from_db()
    assert (episode.duration, episode.media_size) == (24, document.file.size)
    document.file.save("tones-1.mp3", ContentFile(b"broken"), save=False)
    with transaction.atomic():
        document.save()
    page = open_page(client, episode)
    assert page.find("audio") is None
    assert "暂时不能打开" in page.get_text()


def test_page_has_a_player_that_works_without_script(site, client):
    episode = make_episode(make_programme())
    address = episode.media.url
    page = open_page(client, episode)
    sound = page.find("audio", controls=True)
    assert sound.source["src"] == address
    assert (sound.source["type"], sound["preload"]) == ("audio/mpeg", "metadata")
    assert client.get(sound.source["src"]).status_code == 200
    for part in ("来信", "00:02", "赡养父母是法定义务。", "插播一段。", "成年子女对父母负有赡养义务。", "第1期"):
        assert part in page.find("main").get_text(), part
    assert page.find(id="t-2").a["href"] == "#t-2"
    assert not page.find_all(style=True)
    assert all(script.get("src") or script.get("type") == "application/ld+json" for script in page.find_all("script"))
    assert [link.get_text() for link in page.select(".crumbs a")] == ["首页", "法治宣传", "法制在线"]


def test_film_has_captions_poster_and_a_way_to_the_outlet(site, client):
    programme = make_programme("tv", "普法天地")
    poster, captions = make_picture("海报"), make_media("film.vtt", content=CAPTIONS)
    film = make_episode(programme, cover=poster, captions=captions, outlet_url="https://tv.example.invalid/1")
    page = open_page(client, film)
    video = page.find("video", controls=True)
    assert video["poster"].endswith(".jpg")
    assert video.find("track", kind="captions")["src"] == captions.url
    assert "/leave/?to=" in page.select_one(".player__outlet a")["href"]


def test_film_at_the_outlet_needs_no_file(site, client):
    film = make_episode(
        make_programme("tv", "普法天地"), media=None, outlet_url="https://tv.example.invalid/1", duration=300,
        cover=make_picture("海报"),
    )  # fmt: skip
    page = open_page(client, film)
    assert page.find("video") is None
    assert page.select_one(".player__screen img")
    assert "到播出机构网站观看" in page.get_text()


def test_recording_of_a_private_collection_is_not_offered(site, client):
    from wagtail.models import Collection, CollectionViewRestriction

    episode = make_episode(make_programme())
    folder = Collection.get_first_root_node().add_child(name="内部")
    CollectionViewRestriction.objects.create(collection=folder, restriction_type="login")
    episode.media.collection = folder
    with transaction.atomic():
        episode.media.save()
    assert open_page(client, episode).find("audio") is None


@pytest.mark.parametrize(
    ("medium", "fields", "words"),
    [
        ("radio", {"media": None}, ["没有音频文件"]),
        ("radio", {"transcript": "[]"}, ["没有文字稿"]),
        ("tv", {"media": None}, ["没有视频文件"]),
        ("tv", {"transcript": "[]"}, ["没有字幕，也没有文字稿"]),
        ("radio", {}, []),
        ("tv", {}, []),
    ],
)
def test_missing_recording_or_words_stop_publication(site, medium, fields, words):
    episode = make_episode(make_programme(medium), **fields)
    obstacles = [finding.message for finding in list_obstacles(episode)]
    assert len(obstacles) == len(words)
    assert all(word in message for word, message in zip(words, obstacles, strict=True))


def test_captions_serve_where_there_is_no_transcript(site):
    captions = make_media("film.vtt", content=CAPTIONS)
    assert not list_obstacles(make_episode(make_programme("tv"), transcript="[]", captions=captions))


def test_episode_is_found_by_its_chapters_and_words(site):
    episode = make_episode(make_programme())
    entry = CatalogueEntry.objects.get(site_id=site.pk, page_id=episode.pk)
    parts = {part.anchor: part.text for part in CataloguePart.objects.filter(entry=entry)}
    assert entry.page_type == "episode"
    assert parts["t-2"] == "律师说法"
    assert "律师：赡养父母是法定义务。" in parts["transcript"]
    assert "民法典第二十六条" in parts["laws"]


def test_film_without_transcript_is_found_by_its_captions(site):
    captions = make_media("film.vtt", content=CAPTIONS)
    film = make_episode(make_programme("tv"), transcript="[]", captions=captions)
    part = CataloguePart.objects.get(entry__site_id=site.pk, entry__page_id=film.pk, anchor="transcript")
    assert part.text == "字幕第一句"


def test_programme_tells_the_catalogue_its_form_and_audiences(site):
    programme = make_programme()
    entry = CatalogueEntry.objects.get(site_id=site.pk, page_id=programme.pk)
    assert entry.page_type == "programme"
    assert (entry.service["medium"], entry.service["audiences"]) == ("radio", ["farmers", "all"])


def test_machines_are_told_of_the_episode(site, client):
    episode = make_episode(make_programme())
    address = episode.media.url
    data = json.loads(open_page(client, episode).find("script", type="application/ld+json").string)
    found = next(each for each in data["@graph"] if each["@type"] == "PodcastEpisode")
    assert found["associatedMedia"]["contentUrl"].endswith(address)
    assert found["duration"] == "PT0M36S"
    assert found["partOfSeries"]["@type"] == "PodcastSeries"


def test_machines_are_told_of_the_film(site, client):
    film = make_episode(make_programme("tv"), cover=make_picture("海报"))
    data = json.loads(open_page(client, film).find("script", type="application/ld+json").string)
    found = next(each for each in data["@graph"] if each["@type"] == "VideoObject")
    assert {"contentUrl", "thumbnailUrl", "uploadDate", "duration"} <= set(found)


def test_programme_page_plays_the_latest_and_lists_by_year(site, client):
    from datetime import UTC, datetime

    programme = make_programme()
    make_episode(programme, "去年的", 1, aired_at=datetime(2025, 5, 1, tzinfo=UTC))
    latest = make_episode(programme, "今年的", 2)
    path, address = programme.get_url(), latest.media.url
    page = open_page(client, programme)
    assert page.find("audio").source["src"] == address
    assert [each.get_text() for each in page.select(".clip b")] == ["今年的", "去年的"]
    year = BeautifulSoup(client.get(path + "?year=2025").content.decode(), "html.parser")
    assert [each.get_text() for each in year.select(".clip b")] == ["去年的"]
    assert year.find("audio") is None
    assert page.select_one(".programme-head .btn")["href"].endswith("/podcast.xml")
    facts = page.select_one(".programme-facts").get_text()
    assert all(word in facts for word in ("某某广播电台", "周五 08:30", "全体公民、农民", "八五普法（2021—2025）"))


def test_episode_leads_to_its_neighbours(site, client):
    from datetime import UTC, datetime

    programme = make_programme()
    first, second, third = (
        make_episode(programme, f"第{day}天", day, aired_at=datetime(2026, 5, day, tzinfo=UTC)) for day in (1, 2, 3)
    )
    addresses = {"prev": first.get_url(), "next": third.get_url()}
    links = {link["rel"][0]: link["href"] for link in open_page(client, second).select(".prevnext a")}
    assert links == addresses


def test_episode_without_a_time_was_aired_when_it_was_published(site):
    episode = make_episode(make_programme(), aired_at=None)
    assert episode.aired_at == episode.public_at
