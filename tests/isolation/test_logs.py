"""Each line of the log names the site of its own request, or none."""

import logging

import pytest
import structlog

from tenants.current import enter_site

KONGTONG, JINGNING = "kongtong.sfj.localhost", "jingning.sfj.localhost"


@pytest.fixture
def lines():
    """(message, site) of each line that is logged, with the site as the formatter would write it."""
    kept = []

    class Keep(logging.Handler):
        def emit(self, record):
            kept.append((record.getMessage(), structlog.contextvars.get_contextvars().get("site")))

    handler, root = Keep(), logging.getLogger()
    root.addHandler(handler)
    yield kept
    root.removeHandler(handler)


def test_line_names_the_site_of_its_request(two_sites, client_of, lines):
    for site in (two_sites.a, two_sites.b, two_sites.a):
        client_of(site).get("/nothing/")
    assert [site for message, site in lines if message == "Not Found: /nothing/"] == [
        "kongtong",
        "jingning",
        "kongtong",
    ]


def test_line_about_an_unknown_host_names_no_site(two_sites, client_of, lines):
    client_of(two_sites.a).get("/nothing/")
    client_of(two_sites.b).get("/nothing/", headers={"Host": "nobody.sfj.localhost"})
    assert [site for message, site in lines if "Not Found: /nothing/" in message] == ["kongtong", None]


def test_nothing_of_a_request_is_left_when_it_is_over(two_sites, client_of):
    """Files are answered before Django: their lines would carry what the last request left."""
    client_of(two_sites.a).get("/")
    assert structlog.contextvars.get_contextvars() == {}


def test_line_names_the_site_that_was_entered_and_then_the_one_before(two_sites, lines):
    log = logging.getLogger("tests")
    with enter_site(two_sites.a):
        with enter_site(two_sites.b):
            log.warning("inner")
        log.warning("outer")
    log.warning("outside")
    assert [line for line in lines if line[0] in {"inner", "outer", "outside"}] == [
        ("inner", "jingning"), ("outer", "kongtong"), ("outside", None)
    ]  # fmt: skip
