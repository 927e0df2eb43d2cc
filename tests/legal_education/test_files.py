"""Recordings are public by a stable address, with ranges, through our own layer and handed to nginx."""

import io
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.wsgi import get_wsgi_application
from django.test import override_settings

from site_core.layers import with_files
from tests.delivery.scene import connection_kept
from tests.legal_education.samples import SAMPLES, make_episode, make_media, make_programme


def ask(path, host, *, accel=False, method="GET", **headers):
    """(status, headers, body) of what the layers answer."""
    environ = {"HTTP_HOST": host, "PATH_INFO": path, "REQUEST_METHOD": method, "wsgi.input": io.BytesIO(), **headers}
    setup_testing_defaults(environ)
    taken = []
    with override_settings(ACCEL_BY_SERVER=accel), connection_kept():
        parts = with_files(get_wsgi_application())(
            environ, lambda status, found, exc_info=None: taken.extend((status, dict(found)))
        )
        body = b"".join(parts)
        parts.close()
    return int(taken[0].split()[0]), taken[1], body


@pytest.fixture(params=["tones-1.mp3", "film.mp4"])
def recording(request, site):
    programme = make_programme("tv" if request.param == "film.mp4" else "radio")
    episode = make_episode(programme, media=make_media(request.param))
    return episode.media.url, (SAMPLES / request.param).read_bytes(), episode.media_type


def test_part_of_a_recording_comes_when_a_player_seeks(recording):
    path, content, kind = recording
    status, headers, body = ask(path, "kongtong.sfj.localhost", HTTP_RANGE="bytes=1000-1999")
    assert (status, body, headers["Content-Type"]) == (206, content[1000:2000], kind)
    assert headers["Content-Range"] == f"bytes 1000-1999/{len(content)}"


def test_end_of_a_recording_and_what_lies_behind_it(recording):
    path, content, _ = recording
    assert ask(path, "kongtong.sfj.localhost", HTTP_RANGE="bytes=-500")[2] == content[-500:]
    status, headers, _ = ask(path, "kongtong.sfj.localhost", HTTP_RANGE=f"bytes={len(content)}-")
    assert (status, headers["Content-Range"]) == (416, f"bytes */{len(content)}")


def test_whole_recording_says_that_it_has_ranges(recording):
    path, content, _ = recording
    status, headers, body = ask(path, "kongtong.sfj.localhost")
    assert (status, len(body), headers["Accept-Ranges"]) == (200, len(content), "bytes")
    status, headers, body = ask(path, "kongtong.sfj.localhost", method="HEAD")
    assert (status, body, headers["Content-Length"]) == (200, b"", str(len(content)))


def test_nginx_is_told_which_file(recording):
    path, _, kind = recording
    status, headers, body = ask(path, "kongtong.sfj.localhost", accel=True)
    assert (status, body, headers["Content-Type"]) == (200, b"", kind)
    assert headers["X-Accel-Redirect"].startswith("/protected/kongtong/documents/")


def test_recording_is_nothing_on_another_site(recording):
    assert ask(recording[0], "jingning.sfj.localhost")[0] == 404
