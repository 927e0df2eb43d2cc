"""Which links belong into a mirror, and that no file of one leaves its folder. Asks no database."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.mirror.addresses import NOT_FOUND, Address, AddressRefused, file_of, find_file, parse_address, read_link
from delivery.mirror.links import list_links

ROOT = "http://a.sfj.localhost"
BASE = Address("/tzgg/")


@pytest.mark.parametrize(
    ("link", "file"),
    [
        ("/", "index.html"),
        ("/tzgg/", "tzgg/index.html"),
        ("/tzgg", "tzgg/index.html"),
        ("t1/#part", "tzgg/t1/index.html"),
        (ROOT + "/gzdt/", "gzdt/index.html"),
        ("//a.sfj.localhost/gzdt/", "gzdt/index.html"),
        ("?page=2", "tzgg/page=2/index.html"),
        ("?year=2024&page=2", "tzgg/page=2/year=2024/index.html"),
        ("?page=2&utm=x", "tzgg/page=2/index.html"),
        ("?topic=" + "%E5%85%AC%E8%AF%81", "tzgg/topic=%E5%85%AC%E8%AF%81/index.html"),
        ("?page=../../etc", "tzgg/index.html"),
        ("feed.xml", "tzgg/feed.xml"),
        ("/static/a/b.css?v=3", "static/a/b.css"),
        ("/media/images/%E5%9B%BE.png", "media/images/图.png"),
        ("/documents/7/%E7%94%B3%E9%A2%86%E8%A1%A8.pdf", "documents/7/申领表.pdf"),
        ("/share/qr.svg?path=/tzgg/t1/", "share/qr/tzgg/t1/code.svg"),
        ("/share/qr.svg?path=/", "share/qr/code.svg"),
    ],
)
def test_link_has_its_file(link, file):
    found = read_link(link, BASE, ROOT)
    assert found is not None
    assert file_of(found) == file
    assert parse_address(found.text) == found
    assert read_link(found.url, Address("/"), ROOT) == found


@pytest.mark.parametrize(
    "link",
    [
        "http://b.sfj.localhost/tzgg/",
        "https://a.sfj.localhost.evil.example/",
        "http://user@a.sfj.localhost/",
        "mailto:a@b.example",
        "javascript:alert(1)",
        "/admin/",
        "/api/search/",
        "/search/?q=x",
        "/leave/?to=https://x.example/",
        "/account/",
        "?elder=1",
        "?q=x",
        "/media/original_images/secret.jpg",
        "/media/documents/secret.pdf",
        "/media/images/%2e%2e/documents/secret.pdf",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/documents/7/..%2F..%2Fx",
        "/documents/7/a%2Fb",
        "/share/qr.svg?path=/../../etc/passwd",
        "/share/qr.svg?path=/a.b/",
        "/%2e%2e/%2e%2e/x/",
        "/a//b/",
        "/a/%00/",
        "/a/b%5c..%5cc/",
        "/.mirror.sqlite3",
        "/a/.hidden/",
        "/tzgg/page=2/",
        "/%ff%fe/",
        "/" + "a" * 256 + "/",
        "/" + "a/" * 600,
        "http://[broken/",
    ],
)
def test_link_of_no_file_is_left_out(link):
    assert read_link(link, BASE, ROOT) is None


def test_file_in_a_page_s_place_takes_no_parameters():
    assert read_link("feed.xml?page=2", BASE, ROOT) is None
    with pytest.raises(AddressRefused):
        file_of(Address("/tzgg/feed.xml", "page=2"))


def test_page_of_what_does_not_exist_stands_under_its_own_name():
    assert file_of(NOT_FOUND) == "404.html"


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([*"ab./\\?=&#:", "\x00", "图", "..", "%2e", "%2F", "%5c", "%00", "page=2"]), max_size=30)
)
def test_no_link_leaves_the_folder(parts):
    found = read_link("/" + "".join(parts), BASE, ROOT)
    file = find_file(found) if found else None
    if file:
        parts = file.split("/")
        assert not any(part in ("", ".", "..") or part.startswith(".") for part in parts)
        assert all(len(part.encode()) <= 255 for part in parts)


def test_links_of_a_page_are_pictures_in_all_sizes_and_one_choice_of_each_filter():
    page = b"""<link rel=canonical href="/a/"><a href="?page=2&amp;year=2024">2</a><a>none</a>
    <img src="/media/images/a.png" srcset="/media/images/a.webp 2x, /media/images/b.webp"><meta content="http://x/y.png">
    <form action="/a/"><select name=year><option value="">all</option><option value=2024>x</option></select></form>
    <form method=post action="/b/"><select name=year><option value=2023>x</option></select></form>"""
    assert list_links(page, "text/html; charset=utf-8") == [
        *("/a/", "?page=2&year=2024", "/media/images/a.png", "/media/images/a.webp", "/media/images/b.webp"),
        *("http://x/y.png", "/a/?year=2024"),
    ]


def test_links_of_style_sheets_and_lists_in_xml():
    assert list_links(b"a{b:url('art/x.svg');c:url(data:x)}", "text/css") == ["art/x.svg"]
    assert list_links(b"<loc>http://a/?x=1&amp;y=2</loc><link>http://b/</link>", "application/xml") == [
        "http://a/?x=1&y=2",
        "http://b/",
    ]
    assert list_links(b"<a href=/x/>", "image/svg+xml") == []
