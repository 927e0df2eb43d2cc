"""The admin is wholly Chinese: no word of Wagtail's without a translation, no screen with English on it."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation
from django.utils.translation import gettext, ngettext

from site_core.models import ColumnPage
from site_core.settings.translations import SOURCE_DIR, compile_translations
from tenants.current import enter_site
from tests.factories import make_column, make_member

DOMAINS = ("django", "djangojs")
SCREENS = (
    "",
    "account/",
    "account/sessions/",
    "documents/",
    "documents/chooser/",
    "documents/multiple/add/",
    "groups/",
    "images/",
    "images/chooser/",
    "images/add/",
    "ledger/",
    "pages/{column}/",
    "pages/{column}/add_subpage/",
    "pages/{column}/copy/",
    "pages/{own_column}/delete/",
    "pages/{column}/edit/",
    "pages/{column}/history/",
    "pages/{own_column}/move/",
    "pages/{own_column}/unpublish/",
    "pages/{column}/usage/",
    "pages/add/site_core/articlepage/{column}/",
    "redirects/",
    "redirects/add/",
    "redirects/import/",
    "reports/aging-pages/",
    "reports/locked/",
    "reports/site-history/",
    "review/",
    "review/page/{column}/",
    "review/rules/",
    "review/withdraw/",
    "users/",
    "users/invitations/",
)
# Names of formats and of keys, which Chinese writes in Latin letters too.
LATIN = re.compile(
    r"(?:RSS|HTML|CSV|XLSX?|TSV|YAML|URL|JSON|JavaScript|PDF|API|AVIF|GIF|JPE?G|PNG|WEBP|ID|KB|MB|SHA|UTC|Ctrl|Shift|Alt|Enter|Esc)",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
_NOT_PROSE = re.compile(r"\S+@\S+|https?://\S+|/\S*|[\w-]+(?:[._-][\w-]+)+")
_SEEN_BY_READERS = ("title", "aria-label", "placeholder", "alt", "data-w-tooltip-content-value")


def read_catalogue(path: Path) -> Catalog:
    if not path.exists():
        return Catalog()
    with path.open("rb") as text:
        return read_po(text)


def list_catalogues() -> Iterator[tuple[str, str, Path]]:
    """(app, domain, folder of the English catalogue) for each app of Wagtail's that is installed here."""
    for app in apps.get_app_configs():
        folder = Path(app.path) / "locale" / "en" / "LC_MESSAGES"
        if app.module.__name__.startswith("wagtail") and folder.is_dir():
            yield from ((app.label, domain, folder) for domain in DOMAINS if (folder / f"{domain}.po").exists())


def list_effective() -> Iterator[tuple[str, Message, Message | None]]:
    """(app, English message, what stands for it in Chinese: ours before Wagtail's)."""
    ours = {domain: read_catalogue(SOURCE_DIR / "zh_Hans" / "LC_MESSAGES" / f"{domain}.po") for domain in DOMAINS}
    for app, domain, folder in list_catalogues():
        theirs = read_catalogue(Path(str(folder).replace("/en/", "/zh_Hans/")) / f"{domain}.po")
        for message in read_catalogue(folder / f"{domain}.po"):
            if message.id:
                found = (catalogue.get(message.id, message.context) for catalogue in (ours[domain], theirs))
                yield app, message, next((each for each in found if each and is_translated(each)), None)


def is_translated(message: Message) -> bool:
    return not message.fuzzy and all(message.string if message.pluralizable else [message.string])


def first(text: str | tuple[str, ...]) -> str:
    return text if isinstance(text, str) else text[0]


def placeholders(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text))


def test_catalogues_of_wagtail_are_found():
    assert {"wagtailcore", "wagtailadmin", "wagtailimages", "wagtaildocs", "wagtailusers", "wagtailredirects"} <= {
        app for app, _, _ in list_catalogues()
    }


def test_every_text_of_wagtail_is_translated():
    missing = [(app, first(english.id)) for app, english, chinese in list_effective() if chinese is None]
    assert missing == []


def test_translations_have_the_placeholders_of_the_original():
    wrong = []
    for app, english, chinese in list_effective():
        forms = [english.id] if isinstance(english.id, str) else english.id[::-1]
        # The plural counts, unless the singular names things too (one of Wagtail's texts has more in the plural).
        allowed = [placeholders(form) for form in forms if form is forms[0] or placeholders(form)]
        if chinese and placeholders(first(chinese.string)) not in allowed:
            wrong.append((app, forms[0], first(chinese.string)))
    assert wrong == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_our_catalogue_has_one_plural_form(domain):
    assert read_catalogue(SOURCE_DIR / "zh_Hans" / "LC_MESSAGES" / f"{domain}.po").num_plurals == 1


def test_our_words_take_the_place_of_wagtails():
    with translation.override("zh-hans"):
        assert gettext("Log out") == "退出登录"
        assert ngettext("Moved up 1 place.", "Moved up %(counter)s places.", 3) == "已上移 %(counter)s 位。"


def write_source(folder: Path, text: str) -> Path:
    path = folder / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'msgid "word"\nmsgstr "{text}"\n', encoding="utf-8")
    return path


def test_compiling_replaces_what_is_older_than_its_source_alone(tmp_path):
    source = write_source(tmp_path / "source", "词")
    compiled = tmp_path / "compiled" / "zh_Hans" / "LC_MESSAGES" / "django.mo"
    compile_translations(tmp_path / "source", tmp_path / "compiled")
    assert "词".encode() in compiled.read_bytes()
    compiled.write_bytes(b"untouched")
    compile_translations(tmp_path / "source", tmp_path / "compiled")
    assert compiled.read_bytes() == b"untouched"
    later = compiled.stat().st_mtime + 5
    os.utime(source, (later, later))
    compile_translations(tmp_path / "source", tmp_path / "compiled")
    assert "词".encode() in compiled.read_bytes()
    assert [each.name for each in compiled.parent.iterdir()] == ["django.mo"]


def test_compiling_says_what_to_do_where_it_may_not_write(tmp_path, monkeypatch):
    write_source(tmp_path / "source", "词")

    def refuse(*args, **kwargs):
        raise PermissionError(13, "read-only")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(ImproperlyConfigured, match=r"manage\.py check"):
        compile_translations(tmp_path / "source", tmp_path / "compiled")


@pytest.fixture
def admin_client(two_sites, signed_in):
    return signed_in(two_sites.a, make_member(two_sites.a, "site_admin", "kt-admin"))


def test_texts_of_scripts_are_ours_too(admin_client):
    assert "更改已自动保存。" in admin_client.get("/admin/jsi18n/").content.decode("unicode_escape")


def list_english(html: str) -> set[str]:
    """Words in Latin letters that a reader of the page meets, but for names of formats, addresses and numbers."""
    page = BeautifulSoup(html, "html.parser")
    # The counter at a side panel's button holds "None" until there is something to count, and is hidden until then.
    for unseen in page.select("script, style, svg, code, textarea, template, [data-side-panel-toggle-counter][hidden]"):
        unseen.decompose()
    texts = [*page.stripped_strings]
    texts += [str(tag[name]) for name in _SEEN_BY_READERS for tag in page.select(f"[{name}]")]
    texts += [str(tag.get("value", "")) for tag in page.select("input[type=submit]")]
    words = {word for text in texts for word in re.findall(r"[A-Za-z]{3,}", _NOT_PROSE.sub(" ", text))}
    return {word for word in words if not LATIN.fullmatch(word)}


def test_english_is_found_where_it_stands():
    assert list_english("<p>共 3 items</p><input type=submit value=Search><a title='See all'>RSS a@b.cn</a>") == {
        "items", "Search", "See", "all",
    }  # fmt: skip


@pytest.mark.parametrize("screen", SCREENS)
def test_screen_of_the_admin_is_chinese(two_sites, admin_client, screen):
    own_column = make_column(two_sites.a, below="gzdt")  # neither locked nor reviewed: nothing else may be withdrawn
    with enter_site(two_sites.a):
        column = ColumnPage.objects.get(slug="tzgg")
    answer = admin_client.get("/admin/" + screen.format(column=column.pk, own_column=own_column.pk))
    assert answer.status_code == 200
    html = answer.json()["html"] if "json" in answer["Content-Type"] else answer.content.decode()
    assert list_english(html) == set()
    assert "wagtail.org" not in html


def test_dashboard_speaks_of_the_site_and_not_of_wagtail(two_sites, admin_client):
    html = admin_client.get("/admin/").content.decode()
    assert f"{two_sites.a.short_name}后台</title>" in html
    assert "Wagtail v" not in html
    assert "whats-new-in-wagtail" not in html
    assert "keyboard-shortcuts-trigger" in html


def test_icon_is_answered_where_browsers_ask_for_it(client_of, two_sites):
    answer = client_of(two_sites.a).get("/favicon.ico")
    assert answer.status_code == 302
    assert answer["Location"].endswith(".svg")
