"""The reader's settings: links in, cookies out, nothing that could lead away or leak."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_core.reader import COOKIE, USUAL, ReaderSettings, choose, read_cookie
from site_core.traditional import convert_page, convert_text
from tests.factories import make_article, path_of


def test_choice_is_a_cookie_of_this_host_and_the_same_page_again(two_sites, client_of):
    client = client_of(two_sites.a)
    answer = client.get("/tzgg/?elder=1&page=2")
    assert answer.status_code == 302
    assert answer["Location"] == "/tzgg/?page=2"
    assert answer["Cache-Control"] == "no-store"
    cookie = answer.cookies[COOKIE]
    assert (cookie["domain"], cookie["samesite"], bool(cookie["httponly"])) == ("", "Lax", True)
    page = client.get("/tzgg/").content.decode()
    assert 'data-mode="elder"' in page
    assert "退出长辈版" in page


def test_elder_mode_has_a_simplified_home_page_and_a_way_out(two_sites, client_of):
    client = client_of(two_sites.a)
    client.get("/?elder=1&contrast=dark&size=huge")
    page = client.get("/").content.decode()
    assert 'data-contrast="dark"' in page
    assert 'class="tiles"' in page
    assert "12348" in page
    answer = client.get("/?elder=0&contrast=normal&size=normal")
    assert answer.cookies[COOKIE].value == ""
    assert "tiles" not in client.get("/").content.decode()


@pytest.mark.parametrize(
    "path", ["//evil.example/?elder=1", "/%2F%2Fevil.example/?elder=1", "/\\evil.example/?elder=1"]
)
def test_choice_leads_nowhere_else(two_sites, client_of, path):
    answer = client_of(two_sites.a).get(path)
    assert not answer.get("Location", "/").startswith(("//", "/\\", "http"))


def test_admin_and_forms_know_no_reader(two_sites, client_of):
    client = client_of(two_sites.a)
    assert COOKIE not in client.get("/admin/login/?elder=1").cookies
    assert COOKIE not in client.post("/tzgg/?elder=1").cookies


def test_caches_are_told_that_the_cookie_matters(two_sites, client_of):
    assert "Cookie" in client_of(two_sites.a).get("/")["Vary"]


@given(st.text(max_size=60))
def test_any_cookie_is_read_without_harm(text):
    settings = read_cookie(text)
    assert read_cookie(settings.to_cookie()) == settings


@given(
    st.builds(
        ReaderSettings,
        *(st.sampled_from(each) for each in (["", "1"], ["", "large", "huge"], ["", "dark", "blue"], ["", "hant"])),
    )
)
def test_settings_survive_the_cookie(settings):
    assert read_cookie(settings.to_cookie()) == settings
    assert choose(settings, {"elder": "0", "size": "normal", "contrast": "normal", "script": "hans"}) == USUAL


# --- traditional characters ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("头发和发展", "頭髮和發展"), ("以后与皇后", "以後與皇后"), ("公里和这里", "公里和這裏"), ("司法所", "司法所"),
        ("行政复议", "行政復議"), ("复核", "覆核"), ("了解", "了解"), ("平凉市司法局", "平涼市司法局"), ("干部", "幹部"),
        ("法律援助", "法律援助"), ("征集", "徵集"), ("第二十三条", "第二十三條"), ("台州", "台州"), ("规范", "規範"),
    ],
)  # fmt: skip
def test_hard_words_are_converted_right(simplified, traditional):
    assert convert_text(simplified) == traditional


def test_mark_up_addresses_and_values_stay():
    page = (
        '<html lang="zh-CN"><head><title>发展</title><meta name="description" content="发展"><script>var 发="发";</script></head>'
        '<body class="发"><a href="/发/" title="发展">发展</a><input value="发" placeholder="发展"><!-- 发 --></body></html>'
    )
    assert convert_page(page) == (
        '<html lang="zh-Hant"><head><title>發展</title><meta name="description" content="發展"><script>var 发="发";</script></head>'
        '<body class="发"><a href="/发/" title="發展">發展</a><input value="发" placeholder="發展"><!-- 发 --></body></html>'
    )


def test_reader_gets_the_page_in_traditional_characters_and_others_do_not(two_sites, client_of):
    article = make_article(two_sites.a, "关于征集意见的公告")
    path = path_of(two_sites.a, article)
    client = client_of(two_sites.a)
    client.get(f"{path}?script=hant")
    page = client.get(path).content.decode()
    assert "關於徵集意見的公告" in page
    assert '<html lang="zh-Hant"' in page
    assert "关于征集意见的公告" in client_of(two_sites.a).get(path).content.decode()
    assert "關於徵集" not in client_of(two_sites.b).get("/").content.decode()
