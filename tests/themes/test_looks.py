"""The looks of our own sites: palettes, style sheets, artwork, and what a site may choose."""

import gzip

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import Site

from accounts.models import LedgerEntry
from tenants.current import enter_site
from tenants.kinds import SiteKind
from tests.factories import make_member
from themes.art import PIECES, WIDTH, draw
from themes.colours import contrast
from themes.models import SiteLook
from themes.palettes import PaletteUnreadable, derive_palette
from themes.registry import default_palette, get_themes, theme_of_kind

PALETTES = [palette for theme in get_themes().by_name.values() for palette in theme.palettes.values()]


def choose(site, **choice):
    """The site chooses."""
    with enter_site(site):
        look = SiteLook.objects.first() or SiteLook(site=Site.objects.get())
        for name, value in choice.items():
            setattr(look, name, value)
        look.save()


def test_our_themes_have_no_fault():
    assert get_themes().faults == ()


@pytest.mark.parametrize("kind", SiteKind.values)
def test_every_kind_has_a_theme_of_its_own_with_a_palette(kind):
    theme = theme_of_kind(kind)
    assert theme is not None
    assert theme.name != "base"
    assert default_palette(theme, kind=kind, region="") is not None


@pytest.mark.parametrize("palette", PALETTES, ids=lambda each: each.key)
def test_every_pair_of_a_palette_can_be_read(palette):
    for what, text, ground, least in [*palette.list_pairs(), *palette.list_elder_pairs()]:
        assert contrast(text, ground) >= least, what


def test_station_wears_its_county_s_palette():
    station = theme_of_kind(SiteKind.JUDICIAL_STATION)
    county = theme_of_kind(SiteKind.COUNTY_BUREAU)
    chosen = [default_palette(theme, kind="", region="620826") for theme in (station, county)]
    assert chosen[0] == chosen[1]
    assert chosen[0].label == "果红"


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("palette", PALETTES, ids=lambda each: each.key)
def test_artwork_meets_itself_without_a_seam_and_is_light(piece, palette):
    drawing = draw(piece, palette)
    assert len(drawing) < 12_000
    for line in drawing.split('points="')[1:]:
        points = [tuple(map(float, pair.split(","))) for pair in line.split('"')[0].split()]
        edges = [y for x, y in points if x in (0, WIDTH)]
        ends = edges[1:-1] if len(edges) == 4 else edges
        if len(ends) == 2:
            assert ends[0] == pytest.approx(ends[1], abs=0.6)


def test_style_is_sent_as_the_browser_accepts_it(city, client_of):
    client = client_of(city)
    address = client.get("/").content.decode().split('rel="stylesheet" href="')[1].split('"')[0]
    plain = client.get(address)
    packed = client.get(address, HTTP_ACCEPT_ENCODING="gzip")
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert client.get(address, HTTP_ACCEPT_ENCODING="br, gzip")["Content-Encoding"] == "br"


def test_address_of_an_older_style_answers_but_is_not_kept(city, client_of):
    answer = client_of(city).get("/theme/000000000000/city/dailan/style.css")
    assert answer.status_code == 200
    assert "immutable" not in answer["Cache-Control"]


@pytest.mark.parametrize(
    "path", ["nothing/dailan/style.css", "city/nothing/style.css", "city/c-ffffff/style.css", "city/dailan/art/x.svg"]
)
def test_look_that_does_not_exist_is_not_found(city, client_of, path):
    assert client_of(city).get(f"/theme/000000000000/{path}").status_code == 404


def test_choice_of_one_site_changes_that_site_alone(two_sites, client_of):
    choose(two_sites.a, palette="guohong")
    assert 'data-palette="guohong"' in client_of(two_sites.a).get("/").content.decode()
    assert 'data-palette="guohong"' not in client_of(two_sites.b).get("/").content.decode()
    entry = LedgerEntry.objects.filter(action="look.changed").latest("id")
    assert (entry.chain, entry.detail) == ("kongtong", {"palette": "guohong"})


def test_palette_that_the_theme_lost_counts_as_none(two_sites, client_of):
    choose(two_sites.a, palette="dailan")
    assert 'data-palette="songqing"' in client_of(two_sites.a).get("/").content.decode()


def test_own_colour_makes_a_palette_of_its_own(two_sites, client_of):
    choose(two_sites.a, brand_colour="#0F4C5C")
    client = client_of(two_sites.a)
    page = client.get("/").content.decode()
    assert 'data-palette="c-0f4c5c"' in page
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert b"--brand:#0f4c5c" in client.get(address).content


def test_colour_that_no_site_chose_is_composed_for_nobody_but_who_is_choosing(two_sites, client_of, signed_in):
    address = "/theme/000000000000/county/c-0f4c5c/style.css"
    choose(two_sites.b, brand_colour="#0f4c5c")
    assert client_of(two_sites.a).get(address).status_code == 404
    assert client_of(two_sites.b).get(address).status_code == 200
    assert signed_in(two_sites.a, make_member(two_sites.a, "site_admin")).get(address).status_code == 200
    assert signed_in(two_sites.a, make_member(two_sites.a, "editor")).get(address).status_code == 404


@pytest.mark.parametrize(("colour", "message"), [("#7fb2ff", "对比度"), ("blue", "不是颜色"), ("#12345", "不是颜色")])
def test_own_colour_that_cannot_be_read_is_refused_at_the_field(two_sites, colour, message):
    with enter_site(two_sites.a), pytest.raises(ValidationError, match=message) as refused:
        look = SiteLook(site=Site.objects.get())
        look.brand_colour = colour
        look.full_clean()
    assert list(refused.value.message_dict) == ["brand_colour"]


def test_derived_palettes_keep_the_rules():
    assert derive_palette("#20456B").brand == "#20456b"
    with pytest.raises(PaletteUnreadable, match="白字在主色上"):
        derive_palette("#8899aa")


def test_preview_shows_the_unsaved_look_to_those_who_may_choose_it(two_sites, signed_in):
    admin = make_member(two_sites.a, "site_admin")
    answer = signed_in(two_sites.a, admin).get("/admin/look/preview/?palette=guohong")
    assert 'data-palette="guohong"' in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    editor = make_member(two_sites.a, "editor")
    assert signed_in(two_sites.a, editor).get("/admin/look/preview/").status_code in {302, 403}
    assert signed_in(two_sites.b, admin).get("/admin/look/preview/").status_code == 302


def test_admin_carries_the_site_s_colour(two_sites, signed_in):
    admin = make_member(two_sites.a, "site_admin")
    page = signed_in(two_sites.a, admin).get("/admin/").content.decode()
    assert "--w-color-primary-hue:166" in page
