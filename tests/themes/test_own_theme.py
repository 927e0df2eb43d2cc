"""What docs/themes.md promises: a theme is a folder, and needs nothing else."""

import pytest
from django.contrib.staticfiles import finders

from tests.themes.conftest import PALETTE
from themes.registry import get_themes

HOME = '{% extends "site_core/home_page.html" %}{% block main %}<p class="own">自己的首页</p>{{ block.super }}{% endblock %}'
BASE = '{% extends "site_core/base.html" %}{% block footer %}<p>自己的页脚</p>{% endblock %}'


@pytest.mark.parametrize("named", ["", "own"])
def test_site_of_the_kind_wears_the_theme_and_others_do_not(two_sites, city, client_of, make_theme, name_theme, named):
    files = {"css/own.css": ".own{color:red}", "templates/site_core/home_page.html": HOME}
    make_theme('css = ["own.css"]\n' + PALETTE, files)
    name_theme(two_sites.a, named)
    page = client_of(two_sites.a).get("/").content.decode()
    assert '<p class="own">自己的首页</p>' in page
    assert 'data-theme="own" data-palette="violet"' in page
    assert "主导航" in page  # what it extends is still there
    other = client_of(city).get("/").content.decode()
    assert "自己的" not in other
    assert 'data-theme="city"' in other


def test_theme_that_the_blueprint_names_goes_before_that_of_the_kind(two_sites, client_of, make_theme, name_theme):
    make_theme(PALETTE, {"templates/site_core/home_page.html": HOME})
    name_theme(two_sites.a, "county")
    name_theme(two_sites.b, "gone")
    assert 'data-theme="county"' in client_of(two_sites.a).get("/").content.decode()
    assert 'data-theme="own"' in client_of(two_sites.b).get("/").content.decode()


def test_template_of_the_same_path_reaches_the_next_one_down(two_sites, client_of, make_theme, name_theme):
    make_theme(PALETTE, {"templates/site_core/base.html": BASE})
    name_theme(two_sites.a, "")
    page = client_of(two_sites.a).get("/tzgg/").content.decode()
    assert "自己的页脚" in page
    assert "主办单位" not in page
    assert "当前位置" in page


def test_its_style_comes_behind_the_base_and_the_palette_first(two_sites, client_of, make_theme, name_theme):
    name_theme(two_sites.a, "")
    make_theme('css = ["own.css"]\n[tokens]\ncorner = "9px"\n' + PALETTE, {"css/own.css": ".own{color:red}"})
    client = client_of(two_sites.a)
    page = client.get("/").content.decode()
    address = page.split('<link rel="stylesheet" href="')[1].split('"')[0]
    answer = client.get(address)
    style = answer.content.decode()
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert style.startswith(":root{--brand:#4a2a6a")
    assert "--corner:9px" in style
    assert style.index(".skip") < style.index(".own{color:red}")


def test_theme_with_too_little_contrast_is_not_loaded_and_says_why(two_sites, client_of, make_theme):
    make_theme(PALETTE.replace("#4a2a6a", "#9a7aba"))
    assert any("白字在主色上" in fault and "不得低于 7" in fault for fault in get_themes().faults)
    assert 'data-theme="county"' in client_of(two_sites.a).get("/").content.decode()


def test_missing_style_file_is_named(make_theme):
    make_theme('css = ["gone.css"]\n')
    assert any("gone.css" in fault for fault in get_themes().faults)


def test_static_files_of_our_themes_have_a_place(settings):
    assert all(prefix.startswith("themes/") for prefix, _ in settings.STATICFILES_DIRS)
    assert finders.find("site_core/speak.js")
