"""What the layer answers by itself, what it counts in memory, and what it refuses. No test here has a database."""

import logging

import pytest

from delivery.visits.batch import Batch, Place
from delivery.visits.layer import VisitLayer
from delivery.visits.limits import AddressLimit
from tests.delivery.visits import (
    BROWSER,
    DAY,
    JINGNING,
    KONGTONG,
    Counting,
    make_environ,
    place,
    reader,
    send,
    to_django,
)


@pytest.fixture
def counting():
    return Counting()


def counted(counting):
    taken = counting.batch.take()
    return {(each.host, each.path): views for each, views in taken.views.items()}, taken.visitors


def test_beacon_is_answered_and_counted_without_a_database(counting):
    assert send(counting.layer, make_environ()) == (
        204,
        {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )
    counting.send()
    views, visitors = counted(counting)
    assert views == {(KONGTONG, "/tzgg/"): 2}
    assert [(visitor.address, visitor.user_agent) for _, visitor in visitors] == [("203.0.113.7", BROWSER)]


def test_all_other_addresses_go_to_the_application(counting):
    for path in ("/", "/visit", "/visit/x/", "/visits/", "/admin/visits/"):
        assert send(counting.layer, make_environ(PATH_INFO=path))[0] == 418


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"REQUEST_METHOD": "GET"}, 405),
        ({"REQUEST_METHOD": "OPTIONS"}, 405),
        ({"HTTP_ORIGIN": "http://evil.example"}, 403),
        ({"HTTP_ORIGIN": f"http://{JINGNING}"}, 403),
        ({"HTTP_ORIGIN": "null"}, 403),
        ({"HTTP_ORIGIN": "http://["}, 403),
        ({"HTTP_SEC_FETCH_SITE": "cross-site"}, 403),
        ({"HTTP_SEC_FETCH_SITE": "same-site"}, 403),
        ({"HTTP_SEC_FETCH_SITE": None, "HTTP_ORIGIN": None}, 403),
        ({"HTTP_HOST": "kongtong.sfj.localhost/x"}, 403),
        ({"HTTP_HOST": None}, 403),
        ({"CONTENT_TYPE": "text/plain"}, 415),
        ({"CONTENT_TYPE": None}, 415),
        ({"CONTENT_LENGTH": None}, 411),
        ({"CONTENT_LENGTH": "-1"}, 411),
        ({"CONTENT_LENGTH": "9" * 5000}, 413),
        ({"CONTENT_LENGTH": "2049"}, 413),
    ],
)  # fmt: skip
def test_what_no_page_of_ours_sent_is_refused(counting, changes, status):
    assert counting.send(**changes) == status
    assert counted(counting) == ({}, [])


def test_oversized_body_is_not_read(counting):
    environ = make_environ("path=/" + "x" * 3000)
    assert send(counting.layer, environ)[0] == 413
    assert environ["wsgi.input"].tell() == 0


@pytest.mark.parametrize(
    "body",
    ["", "path=", "path=tzgg", "path=%2F%00%2F", "path=%2F%0A", "path=%2F%25FF%2F", "path=/" + "x" * 1500, "路径",
     "a=1&b=2&c=3&d=4&path=/"],
)  # fmt: skip
def test_bad_path_is_refused(counting, body):
    try:
        assert counting.send(body) == 400
    finally:
        assert counted(counting) == ({}, [])


@pytest.mark.parametrize(
    "changes",
    [
        {"HTTP_ORIGIN": None},  # no browser that says Sec-Fetch-Site can be made to lie
        {"HTTP_SEC_FETCH_SITE": None},  # older ones only say Origin
        {"HTTP_ORIGIN": f"https://{KONGTONG}:8443"},
        {"HTTP_HOST": "KongTong.sfj.localhost.:80"},
    ],
)
def test_page_of_the_same_host_is_believed(counting, changes):
    assert counting.send(**changes) == 204
    assert counted(counting)[0] == {(KONGTONG, "/tzgg/"): 1}


@pytest.mark.parametrize(
    ("sent", "path"),
    [("%2Ftzgg%2F%3Fq%3D1", "/tzgg/"), ("%2Ftzgg%2F%23top", "/tzgg/"), ("%2F%25E9%2580%259A%2F", "/通/")],
)
def test_path_is_read_as_the_site_knows_it(counting, sent, path):
    counting.send(f"path={sent}")
    assert counted(counting)[0] == {(KONGTONG, path): 1}


@pytest.mark.parametrize(
    "agent",
    ["", " ", None, "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)", "curl/8.5.0",
     "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "python-requests/2.32",
     "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0 Safari/537.36"],
)  # fmt: skip
def test_robot_is_answered_like_anybody_and_not_counted(counting, agent):
    assert counting.send(HTTP_USER_AGENT=agent) == 204
    assert counted(counting) == ({}, [])


@pytest.mark.parametrize(
    "agent",
    [BROWSER, "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.49",
     "Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/78.0.3904.108 Safari/537.36 360SE"],
)  # fmt: skip
def test_reader_is_no_robot(counting, agent):
    counting.send(HTTP_USER_AGENT=agent)
    assert len(counted(counting)[1]) == 1


def test_prefetched_page_is_not_counted(counting):
    assert counting.send(HTTP_SEC_PURPOSE="prefetch;prerender") == 204
    assert counted(counting) == ({}, [])


@pytest.mark.parametrize(
    ("body", "changes"),
    [("path=/&anonymous=1", {}), ("path=/", {"HTTP_SEC_GPC": "1"}), ("path=/", {"HTTP_DNT": "1"})],
)
def test_who_does_not_wish_to_be_recognised_is_a_view_and_no_visitor(counting, body, changes):
    counting.send(body, **changes)
    assert counted(counting) == ({(KONGTONG, "/"): 1}, [])


def test_stranger_does_not_choose_their_address(counting, settings):
    settings.ALLOWED_PROXIES = ["10.0.0.1"]
    counting.send(HTTP_X_FORWARDED_FOR="198.51.100.1")
    assert counted(counting)[1][0][1].address == "203.0.113.7"
    counting.send(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.9, 198.51.100.1")
    assert counted(counting)[1][0][1].address == "198.51.100.1"
    counting.send(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="")
    assert counted(counting)[1][0][1].address == "10.0.0.1"


def test_one_address_counts_so_often_in_a_minute(counting, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr("delivery.visits.limits.monotonic", lambda: clock[0])
    layer = VisitLayer(to_django, flusher=counting.flusher, limit=AddressLimit(per_minute=3))
    assert [send(layer, make_environ())[0] for _ in range(5)] == [204, 204, 204, 429, 429]
    assert send(layer, make_environ(REMOTE_ADDR="203.0.113.8"))[0] == 204
    clock[0] += 60
    assert send(layer, make_environ())[0] == 204
    assert counted(counting)[0] == {(KONGTONG, "/tzgg/"): 5}


def test_limit_remembers_a_bounded_number_of_addresses():
    limit = AddressLimit(per_minute=1, most_addresses=100)
    for number in range(1000):
        limit.allows(f"10.0.{number // 250}.{number % 250}")
    assert len(limit._counts) == 100


def test_network_of_a_subscriber_is_one_address():
    limit = AddressLimit(per_minute=1)
    assert [limit.allows(each) for each in ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "not:an:address")] == [
        True,
        False,
        True,
        True,
    ]


def test_memory_is_bounded_and_the_oldest_goes(caplog):
    batch = Batch(most_places=10, most_visitors=5)
    for number in range(25):
        batch.add(place(f"/{number}/"), reader(number))
    with caplog.at_level(logging.WARNING):
        taken = batch.take()
    assert [each.path for each in taken.views] == [f"/{number}/" for number in range(15, 25)]
    assert len(taken.visitors) == 5
    assert "15 views were dropped" in caplog.text
    assert batch.take().views == {}


def test_day_is_the_day_of_the_request():
    counting = Counting()
    layer = VisitLayer(to_django, flusher=counting.flusher, today=lambda: DAY)
    send(layer, make_environ())
    assert list(counting.batch.take().views) == [Place(DAY, KONGTONG, "/tzgg/")]
