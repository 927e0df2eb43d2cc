"""Media of two sites in front of a stand-in for Django: who gets which bytes, and what HTTP says of them."""

import gc
import os
import tracemalloc
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.http import http_date
from werkzeug.test import Client, EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Response

from site_core.media import CHUNK_BYTES, MediaLayer, SiteMedia, find_host, protected_path

CITY, KONGTONG, CLOSED = "sfj.localhost", "kongtong.sfj.localhost", "closed.sfj.localhost"
PHOTO = bytes(range(256)) * 4
MODIFIED = datetime(2026, 3, 1, 8, 30, 15, tzinfo=UTC)
SECRETS = (
    "/media/documents/secret.pdf",
    "/media/original_images/photo.jpg",
    "/media/secret.txt",
    "/media/images/../documents/secret.pdf",
    "/media/images/%2e%2e/documents/secret.pdf",
    "/media/images/%2E%2E%2Fdocuments/secret.pdf",
    "/media/images/%252e%252e/documents/secret.pdf",
    "/media/images/..%5cdocuments%5csecret.pdf",
    "/media/images\\..\\documents\\secret.pdf",
    "/media/../city/documents/secret.pdf",
    "/media/images/../../city/images/photo.jpg",
    "/media/city/images/photo.jpg",
    "/media/kongtong/images/photo.jpg",
    "/media/images//photo.jpg",
    "/media//images/photo.jpg",
    "/media/images/./photo.jpg",
    "/media/./images/photo.jpg",
    "/media/images/photo.jpg/",
    "/media/images/photo.jpg%00.png",
    "/media/images/%0aphoto.jpg",
    "/media/images/%ff%fe.jpg",
    "/media/images/.hidden.jpg",
    "/media/images/.git/config",
    "/media/images/sub",
    "/media/images/sub/",
    "/media/images/",
    "/media/images",
    "/media/",
    "/media",
    "/media/images//etc/passwd",
    "/media/%2fetc/passwd",
    "/media/IMAGES/photo.jpg",
    "/media/images/link-inside.jpg",
    "/media/images/link-out.jpg",
    "/media/images/link-folder/photo.jpg",
    "/media/images/pipe.jpg",
    "/media/images/" + "a" * 300 + ".jpg",
    "/media/images/" + "a/" * 3000 + "b.jpg",
)


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (MODIFIED.timestamp(), MODIFIED.timestamp()))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    root = tmp_path_factory.mktemp("media")
    for schema in ("city", "kongtong", "closed"):
        write(root / schema / "images/photo.jpg", PHOTO if schema == "city" else schema.encode())
        write(root / schema / "documents/secret.pdf", b"secret of " + schema.encode())
        write(root / schema / "original_images/photo.jpg", b"original")
        write(root / schema / "secret.txt", b"secret")
    city = root / "city"
    write(city / "documents/公告 1#?.pdf", b"notice")
    write(city / "documents/a?b#c.pdf", b"secret")
    write(city / "images/sub/photo.webp", b"webp")
    write(city / "images/图片.png", b"png")
    write(city / "images/.hidden.jpg", b"hidden")
    write(city / "images/.git/config", b"hidden")
    write(city / "images/page.html", b"<script>")
    write(city / "images/empty.jpg", b"")
    (city / "images/link-inside.jpg").symlink_to(city / "documents/secret.pdf")
    (city / "images/link-out.jpg").symlink_to(root / "kongtong/images/photo.jpg")
    (city / "images/link-folder").symlink_to(root / "kongtong/images")
    os.mkfifo(city / "images/pipe.jpg")
    return root


class Django:
    """Stands for Django: answers what a test tells it, and counts what was asked and closed."""

    def __init__(self):
        self.status, self.headers, self.body = 200, {}, b"django"
        self.asked, self.closed, self.is_late = 0, 0, False

    def __call__(self, environ, start_response):
        self.asked += 1
        response = Response(self.body, self.status, self.headers, content_type=None)
        response.headers.setdefault("Content-Type", "text/html")
        response.call_on_close(self._count)
        app = self._late if self.is_late else response
        return app(environ, start_response)

    def _late(self, environ, start_response):
        yield from Response(self.body, self.status, self.headers)(environ, start_response)

    def _count(self):
        self.closed += 1


@pytest.fixture
def django():
    return Django()


@pytest.fixture
def layer(store, django):
    sites = {
        CITY: SiteMedia(store / "city"),
        KONGTONG: SiteMedia(store / "kongtong"),
        CLOSED: SiteMedia(store / "closed", is_served=False),
    }
    return MediaLayer(django, find_site=sites.get)


@pytest.fixture
def get(layer):
    return lambda path="/media/images/photo.jpg", host=CITY, **headers: ask(layer, path, host, **headers)


def ask(app, path, host=CITY, method="GET", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Client(app).open(path, method=method, base_url="http://x", headers={"Host": host, **named}, buffered=True)


# --- Whose files --------------------------------------------------------------------------------------------


def test_same_path_gives_each_host_its_own_bytes(get):
    assert (get().data, get(host=KONGTONG).data) == (PHOTO, b"kongtong")


@pytest.mark.parametrize("host", ["SFJ.LocalHost", "sfj.localhost:8000", "sfj.localhost.", "sfj.localhost.:80"])
def test_host_is_known_in_every_spelling(get, host):
    assert get(host=host).data == PHOTO


@pytest.mark.parametrize(
    "host",
    ["", "other.localhost", "localhost", "127.0.0.1", "[::1]:80", "sfj.localhost:x", "sfj.localhost:",
     "sfj.localhost..", "sfj..localhost", "sfj.localhost,other", "sfj.localhost/", "user@sfj.localhost",
     " sfj.localhost", "sfj.localhost\t",
     "ſfj.localhost", "../city", "city", "a" * 300],
)  # fmt: skip
def test_host_is_refused_without_a_word_when_unknown_or_malformed(layer, host):
    environ = EnvironBuilder("/media/images/photo.jpg").get_environ() | {"HTTP_HOST": host}
    body, status, headers = run_wsgi_app(layer, environ, buffered=True)
    text = b"".join(body)
    assert status.startswith("404")
    assert (text, headers["Content-Type"]) == ("404 未找到\n".encode(), "text/plain; charset=utf-8")


def test_host_is_missing_when_only_the_server_name_is_known(layer):
    environ = EnvironBuilder("/media/images/photo.jpg").get_environ() | {"SERVER_NAME": CITY}
    del environ["HTTP_HOST"]
    assert run_wsgi_app(layer, environ)[1].startswith("404")


def test_host_comes_from_the_host_header_alone(get):
    assert get(host="other.localhost", X_Forwarded_Host=CITY, Forwarded=f"host={CITY}").status_code == 404


@given(st.text(max_size=60))
def test_host_is_none_or_plain_for_any_header(header):
    host = find_host({"HTTP_HOST": header})
    assert host is None or set(host) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")


def test_site_not_served_shows_no_files(get):
    assert get(host=CLOSED).status_code == 404


@pytest.mark.parametrize("path", SECRETS)
@pytest.mark.parametrize("host", [CITY, KONGTONG])
def test_nothing_but_public_files_of_the_own_site_is_sent(layer, django, path, host):
    response = ask(layer, path, host)
    assert (response.status_code, response.data, django.asked) == (404, "404 未找到\n".encode(), 0)


@pytest.mark.parametrize("raw", ["/media/images/../documents/secret.pdf", "/media/images/\xe5\x9b", "/media/images/\0"])
def test_path_is_judged_as_the_server_hands_it_on(layer, raw):
    environ = EnvironBuilder("/", base_url=f"http://{CITY}").get_environ() | {"PATH_INFO": raw}
    assert run_wsgi_app(layer, environ)[1].startswith("404")


PARTS = st.sampled_from(
    ["..", ".", "", "images", "documents", "city", "kongtong", "photo.jpg", "secret.pdf", "\\", "%2e%2e"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(PARTS, max_size=7))
def test_only_public_bytes_of_the_own_site_come_out_of_any_path(layer, parts):
    environ = EnvironBuilder("/", base_url=f"http://{KONGTONG}").get_environ()
    environ["PATH_INFO"] = "/media/" + "/".join(parts)
    body, status, _ = run_wsgi_app(layer, environ, buffered=True)
    assert status.startswith("404") or b"".join(body) == b"kongtong"


def test_file_that_cannot_be_opened_is_404_and_logged(get, store, monkeypatch, caplog):
    def refuse(*_args):
        raise PermissionError(13, "denied")

    monkeypatch.setattr(os, "open", refuse)
    assert get().status_code == 404
    assert "cannot be opened" in caplog.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_method_is_refused_when_it_is_not_reading(layer, method):
    response = ask(layer, "/media/images/photo.jpg", method=method)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/", "/mediaeval/", "/documents/1/a.pdf", "/protected/city/documents/secret.pdf"])
def test_other_paths_go_to_django(layer, django, path):
    assert (ask(layer, path).data, django.asked, django.closed) == (b"django", 1, 1)


# --- What HTTP says of them ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind"),
    [("photo.jpg", "image/jpeg"), ("sub/photo.webp", "image/webp"), ("图片.png", "image/png"),
     ("page.html", "application/octet-stream")],
)  # fmt: skip
def test_content_type_follows_the_extension_and_never_runs(get, name, kind):
    headers = get(f"/media/images/{name}").headers
    assert headers["Content-Type"] == kind
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Content-Security-Policy"].endswith("sandbox")


def test_whole_file_is_described(get):
    headers = get().headers
    assert headers["Content-Length"] == str(len(PHOTO))
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["Last-Modified"] == http_date(MODIFIED)
    assert headers["Cache-Control"] == "public, max-age=86400"
    assert headers["ETag"].startswith('"')


@pytest.mark.parametrize("path", ["/media/images/photo.jpg", "/media/images/none.jpg"])
def test_head_says_what_get_says_without_body(layer, path):
    by_get, by_head = ask(layer, path), ask(layer, path, method="HEAD")
    assert (by_head.status_code, by_head.data) == (by_get.status_code, b"")
    without_date = [{k: v for k, v in answer.headers if k != "Date"} for answer in (by_get, by_head)]
    assert without_date[0] == without_date[1]


def test_errors_are_not_cached(get):
    assert get("/media/images/none.jpg").headers["Cache-Control"] == "no-store"


def test_etag_changes_when_only_nanoseconds_do(get, store):
    path = store / "city/images/fresh.jpg"
    write(path, b"one")
    before = get("/media/images/fresh.jpg").headers["ETag"]
    later = int(MODIFIED.timestamp()) * 10**9 + 1
    os.utime(path, ns=(later, later))
    assert get("/media/images/fresh.jpg").headers["ETag"] != before


def test_etag_differs_between_names(get, store):
    write(store / "city/images/twin.jpg", PHOTO)
    assert get("/media/images/twin.jpg").headers["ETag"] != get().headers["ETag"]


RANGES = [
    ("bytes=0-0", 0, 1), ("bytes=0-9", 0, 10), ("bytes=10-19", 10, 20), ("bytes=1000-", 1000, 1024),
    ("bytes=-1", 1023, 1024), ("bytes=-24", 1000, 1024), ("bytes=-1024", 0, 1024), ("bytes=-5000", 0, 1024),
    ("bytes=0-", 0, 1024), ("bytes=1023-1023", 1023, 1024), ("bytes=1000-99999", 1000, 1024),
    ("bytes=0-99999999999999999999999", 0, 1024), ("BYTES=3-4", 3, 5), ("bytes = 3-4", 3, 5),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "start", "end"), RANGES)
def test_range_gives_that_part(get, wanted, start, end):
    response = get(Range=wanted)
    assert (response.status_code, response.data) == (206, PHOTO[start:end])
    assert response.headers["Content-Range"] == f"bytes {start}-{end - 1}/1024"
    assert response.headers["Content-Length"] == str(end - start)
    assert response.headers["Content-Type"] == "image/jpeg"


@pytest.mark.parametrize("wanted", ["bytes=1024-", "bytes=1024-1030", "bytes=99999-100000", "bytes=-0", "bytes=-00"])
def test_range_is_416_with_the_length_when_beyond_the_file(get, wanted):
    response = get(Range=wanted)
    assert (response.status_code, response.headers["Content-Range"]) == (416, "bytes */1024")


@pytest.mark.parametrize(
    "wanted",
    ["bytes=5-2", "bytes=a-b", "bytes=", "bytes", "5-6", "lines=1-2", "bytes=--5", "bytes=1-2-3",
     "bytes=0-0,",
     "bytes=0-1,5-6", "bytes=-1,0-1", "bytes=0-,0-,0-", "bytes=" + "9" * 5000 + "-", "bytes=٣-٤"],
)  # fmt: skip
def test_range_is_ignored_when_malformed_foreign_or_several(get, wanted):
    response = get(Range=wanted.encode().decode("latin-1"))
    assert (response.status_code, response.data) == (200, PHOTO)
    assert "Content-Range" not in response.headers


def test_range_is_ignored_by_head(layer):
    response = ask(layer, "/media/images/photo.jpg", method="HEAD", Range="bytes=0-9")
    assert (response.status_code, response.headers["Content-Length"]) == (200, "1024")


def test_range_of_an_empty_file_is_the_empty_file(get):
    assert [(a.status_code, a.data) for a in (get("/media/images/empty.jpg", Range="bytes=0-"),)] == [(200, b"")]


@pytest.fixture(scope="module")
def long_file(store):
    content = os.urandom(3 * CHUNK_BYTES + 17)
    write(store / "city/images/long.jpg", content)
    return content


NUMBERS = st.one_of(st.none(), st.integers(0, 4 * CHUNK_BYTES), st.integers(3 * CHUNK_BYTES - 5, 3 * CHUNK_BYTES + 30))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(first=NUMBERS, last=NUMBERS)
def test_range_agrees_with_slicing_for_any_numbers(layer, long_file, first, last):
    wanted = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    response = ask(layer, "/media/images/long.jpg", Range=wanted)
    status, expected = sliced(long_file, first, last)
    assert response.status_code == status
    if status < 400:
        assert response.data == expected


def sliced(content, first, last):
    """The model: RFC 9110 §14.1.2 over a bytes object."""
    if first is None:
        if last is None:
            return 200, content
        return (206, content[-last:]) if last else (416, b"")
    if last is not None and last < first:
        return 200, content
    part = content[first:] if last is None else content[first : last + 1]
    return (206, part) if part else (416, b"")


def test_if_none_match_is_304_when_the_tag_is_known(get):
    tag = get().headers["ETag"]
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        response = get(If_None_Match=known)
        assert (response.status_code, response.data, response.headers["ETag"]) == (304, b"", tag)
        assert "Cache-Control" in response.headers


def test_if_none_match_is_200_when_the_tag_is_another(get):
    # The date would match, but the tag decides (RFC 9110 §13.1.3).
    assert get(If_None_Match='"x"', If_Modified_Since=http_date(MODIFIED)).status_code == 200


@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (0, 304), (1, 304)])
def test_if_modified_since_is_304_when_not_modified(get, seconds, status):
    assert get(If_Modified_Since=http_date(MODIFIED + timedelta(seconds=seconds))).status_code == status


def test_known_file_is_304_when_a_range_is_asked_too(get):
    assert get(If_None_Match=get().headers["ETag"], Range="bytes=0-9").status_code == 304


def test_if_range_gives_the_part_when_tag_or_date_is_the_same(get):
    for same in (get().headers["ETag"], http_date(MODIFIED)):
        assert get(Range="bytes=0-9", If_Range=same).status_code == 206


def test_if_range_gives_the_whole_when_anything_differs(get):
    tag = get().headers["ETag"]
    later, earlier = (http_date(MODIFIED + timedelta(hours=hours)) for hours in (1, -1))
    for other in ('"x"', f"W/{tag}", later, earlier, "nonsense", "*", ""):
        assert get(Range="bytes=0-9", If_Range=other).status_code == 200


def test_if_range_is_ignored_when_no_range_is_asked(get):
    assert get(If_Range='"x"').status_code == 200


def test_if_match_is_412_when_the_tag_is_another(get):
    tag = get().headers["ETag"]
    wanted = {tag: 200, f'"x", {tag}': 200, "*": 200, '"x"': 412, f"W/{tag}": 412}
    assert {known: get(If_Match=known).status_code for known in wanted} == wanted


def test_if_unmodified_since_is_412_when_modified_later(get):
    answers = [get(If_Unmodified_Since=http_date(MODIFIED + timedelta(hours=hours))).status_code for hours in (-1, 0)]
    assert answers == [412, 200]


# --- Sending on Django's word -------------------------------------------------------------------------------


def send(django, target, **headers):
    django.headers = {
        "X-Accel-Redirect": target,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }


def test_protected_file_is_sent_with_djangos_headers(layer, django):
    send(
        django,
        protected_path("city", "documents/公告 1#?.pdf"),
        Content_Type="application/pdf",
        Content_Disposition="inline; filename=a.pdf",
        Cache_Control="private, max-age=60",
        Content_Security_Policy="default-src 'self'",
        X_Request_ID="abc",
        Set_Cookie="a=b",
    )
    response = ask(layer, "/documents/1/a.pdf")
    assert (response.status_code, response.data, django.closed) == (200, b"notice", 1)
    sent = {name: value for name, value in response.headers if name in django.headers}
    assert sent == {name: value for name, value in django.headers.items() if name != "X-Accel-Redirect"}


def test_protected_file_replaces_what_described_djangos_body(layer, django):
    send(
        django,
        protected_path("city", "documents/secret.pdf"),
        Content_Length="6",
        ETag='"django"',
        Content_Encoding="gzip",
        X_Accel_Buffering="no",
    )
    headers = ask(layer, "/documents/1/a.pdf").headers
    assert headers.getlist("Content-Length") == ["14"]
    assert headers["ETag"] != '"django"'
    assert {"Content-Encoding", "X-Accel-Buffering", "X-Accel-Redirect"}.isdisjoint(headers.keys())


def test_protected_file_is_private_and_harmless_when_django_says_nothing(layer, django):
    send(django, protected_path("city", "documents/secret.pdf"))
    headers = ask(layer, "/documents/1/a.pdf").headers
    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["Content-Security-Policy"].endswith("sandbox")
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("method", "headers", "status", "data"),
    [("GET", {"Range": "bytes=-4"}, 206, b"city"), ("HEAD", {}, 200, b""),
     ("GET", {"Range": "bytes=99-"}, 416, None),
     ("GET", {"If_Modified_Since": http_date(MODIFIED)}, 304, b"")],
)  # fmt: skip
def test_protected_file_answers_as_public_files_do(layer, django, method, headers, status, data):
    send(django, protected_path("city", "documents/secret.pdf"))
    response = ask(layer, "/documents/1/a.pdf", method=method, **headers)
    assert response.status_code == status
    assert data is None or response.data == data


@pytest.mark.parametrize(
    "target",
    ["/protected/kongtong/documents/secret.pdf", "/protected/city/../kongtong/documents/secret.pdf",
     "/protected/city/documents/../../kongtong/documents/secret.pdf",
     "/protected/city/%2e%2e/kongtong/secret.txt",
     "/protected//documents/secret.pdf", "/protected/city", "/protected/", "/city/documents/secret.pdf",
     "protected/city/documents/secret.pdf", "/protected/city/documents/",
     "/protected/city/documents/none.pdf",
     "/protected/city/documents/a?b%23c.pdf", "/protected/city/documents/a%3Fb#c.pdf",
     "/protected/city/%ff",
     "/protected/CITY/documents/secret.pdf", "/protected/city/images/link-out.jpg", "/etc/passwd", ""],
)  # fmt: skip
def test_protected_target_is_404_and_logged_when_not_a_file_of_the_hosts_site(layer, django, caplog, target):
    send(django, target)
    response = ask(layer, "/documents/1/a.pdf")
    assert (response.status_code, response.data, django.closed) == (404, "404 未找到\n".encode(), 1)
    assert caplog.records[-1].levelname == "ERROR"


def test_protected_file_is_404_when_the_host_is_unknown(layer, django):
    send(django, protected_path("city", "documents/secret.pdf"))
    assert ask(layer, "/documents/1/a.pdf", host="other.localhost").status_code == 404


def test_client_cannot_ask_for_a_protected_file(layer, django):
    target = protected_path("city", "documents/secret.pdf")
    response = ask(layer, "/documents/1/a.pdf", X_Accel_Redirect=target, X_Sendfile=target)
    assert response.data == b"django"


@pytest.mark.parametrize("status", [304, 403, 404, 500])
def test_djangos_answer_stands_when_it_is_no_200(layer, django, status):
    send(django, protected_path("city", "documents/secret.pdf"))
    django.status = status
    response = ask(layer, "/documents/1/a.pdf")
    assert (response.status_code, "X-Accel-Redirect" in response.headers) == (status, False)
    assert b"secret" not in response.data


def test_protected_file_is_sent_when_the_application_speaks_late(layer, django):
    send(django, protected_path("city", "documents/secret.pdf"))
    django.is_late = True
    assert ask(layer, "/documents/1/a.pdf").data == b"secret of city"


def test_plain_answer_passes_when_the_application_speaks_late(layer, django):
    django.is_late, django.body = True, [b"one", b"two"]
    assert ask(layer, "/").data == b"onetwo"


def test_header_passes_when_the_server_acts_on_it(store, django):
    layer = MediaLayer(django, find_site={CITY: SiteMedia(store / "city")}.get, accel_by_server=True)
    send(django, protected_path("city", "documents/secret.pdf"))
    response = ask(layer, "/documents/1/a.pdf")
    assert (response.headers["X-Accel-Redirect"], response.data) == (
        django.headers["X-Accel-Redirect"],
        b"django",
    )


def test_djangos_answer_is_untouched_when_it_names_no_file(layer, django):
    django.headers = {"Content-Length": "6", "ETag": '"d"', "Set-Cookie": "a=b"}
    headers = ask(layer, "/").headers
    assert {name: headers[name] for name in django.headers} == django.headers


# --- Memory and files ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sparse(store):
    path = store / "city/images/huge.mp4"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    return path


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=1000-"}])
def test_memory_stays_flat_when_the_file_is_huge(layer, sparse, headers):
    environ = EnvironBuilder("/media/images/huge.mp4", base_url=f"http://{CITY}", headers=headers).get_environ()
    body, _, _ = run_wsgi_app(layer, environ)
    tracemalloc.start()
    count = sum(map(len, body))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == sparse.stat().st_size - (1000 if headers else 0)
    assert peak < 8 * CHUNK_BYTES


def test_pieces_are_small_when_the_server_takes_them(layer, sparse):
    environ = EnvironBuilder("/media/images/huge.mp4", base_url=f"http://{CITY}").get_environ()
    body, _, _ = run_wsgi_app(layer, environ)
    assert len(next(iter(body))) == CHUNK_BYTES


def test_announced_length_holds_when_the_file_grows_meanwhile(layer, store):
    path = store / "city/images/growing.jpg"
    write(path, b"x" * 100_000)
    environ = EnvironBuilder("/media/images/growing.jpg", base_url=f"http://{CITY}").get_environ()
    body, _, headers = run_wsgi_app(layer, environ)
    with path.open("ab") as file:
        file.write(b"y" * 100_000)
    assert len(b"".join(body)) == int(headers["Content-Length"]) == 100_000


@pytest.mark.parametrize(
    ("method", "headers"),
    [("GET", {}), ("HEAD", {}), ("GET", {"Range": "bytes=5-"}), ("GET", {"Range": "bytes=9999-"}),
     ("GET", {"If-None-Match": "*"}), ("GET", {"If-Match": '"x"'})],
)  # fmt: skip
def test_file_is_closed_when_the_reader_goes_away(layer, method, headers):
    environ = EnvironBuilder("/media/images/photo.jpg", base_url=f"http://{CITY}", method=method, headers=headers)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")  # a file that only the garbage collector closes warns
        body = layer(environ.get_environ(), lambda *_: None)
        next(iter(body), None)
        body.close()
        del body
        gc.collect()
    assert [warning for warning in warned if warning.category is ResourceWarning] == []
