"""Filters of the inner pages: what becomes a link, what stays on one line, and that nothing gets through unescaped."""

import pytest

from site_core.laws import find_anchor
from site_core.pagination import Listing
from site_core.templatetags.page_tags import document_phrases, file_size, first_telephone, telephone, times
from site_core.templatetags.title_tags import family_name


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("0933-8212348", '<a href="tel:0933-8212348">0933-8212348</a>'),
        ("12348（24小时）", '<a href="tel:12348">12348</a>（24小时）'),
        ("0933-8212345、8212346", '<a href="tel:0933-8212345">0933-8212345</a>、<a href="tel:8212346">8212346</a>'),
        ("0933-000××××", "0933-000××××"),
        ("见<公告>", "见&lt;公告&gt;"),
        ("", ""),
    ],
)
def test_telephone_numbers_can_be_called(text, html):
    assert telephone(text) == html


def test_first_number_is_the_one_to_call():
    assert first_telephone("窗口 0933-8212345、12348") == "0933-8212345"
    assert first_telephone("0933-000××××") == ""


@pytest.mark.parametrize("dash", ["—", "-", "–", "~"])
def test_range_of_times_stays_on_one_line(dash):
    assert times(f"工作日 8:30{dash}12:00<") == f'工作日 <span class="keep">8:30{dash}12:00</span>&lt;'


@pytest.mark.parametrize(
    ("title", "pieces"),
    [
        ("某局关于印发《办法》的通知", ["某局", "关于印发", "《办法》的通知"]),
        ("关于<试行>的通知", ["关于&lt;试行&gt;的通知"]),
        ("《办法》", ["《办法》"]),
    ],
)
def test_title_of_a_document_breaks_where_its_sense_does(title, pieces):
    assert document_phrases(title) == "".join(f'<span class="ph">{piece}</span>' for piece in pieces)


@pytest.mark.parametrize(
    ("size", "shown"),
    [(None, ""), (0, ""), (10, "1 KB"), (190_464, "186 KB"), (1_048_000, "1.0 MB"), (5_500_000, "5.2 MB")],
)
def test_size_of_a_file_is_short(size, shown):
    assert file_size(size) == shown


@pytest.mark.parametrize(
    ("name", "family"), [("张某某", "张"), ("欧阳某", "欧阳"), ("司马", "司"), (" 李某", "李"), ("", "")]
)
def test_family_name_may_have_two_characters(name, family):
    assert family_name(name) == family


@pytest.mark.parametrize(
    ("reference", "anchor"),
    [
        ("第二十三条第一款", "tiao-23"),
        ("第23条", "tiao-23"),
        ("第二百三十四条之一", "tiao-234-1"),
        ("总则", ""),
        ("第零条", ""),
        ("", ""),
    ],
)
def test_anchor_of_a_provision(reference, anchor):
    assert find_anchor(reference) == anchor


@pytest.mark.parametrize(
    ("number", "pages", "steps"),
    [
        (1, 1, [1]),
        (1, 2, [1, 2]),
        (1, 143, [1, 2, 3, None, 143]),
        (5, 143, [1, 2, 3, 4, 5, 6, 7, None, 143]),
        (70, 143, [1, None, 68, 69, 70, 71, 72, None, 143]),
        (7, 7, [1, None, 5, 6, 7]),
    ],
)
def test_pager_leaves_out_what_is_far_and_never_a_single_page(number, pages, steps):
    assert Listing([], number, pages, 0).steps == steps
