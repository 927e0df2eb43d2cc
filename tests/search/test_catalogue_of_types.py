"""A page of each type in the catalogue: its entry follows it through every door, and is what a rebuild would write.

The pages are made once for the whole file, in a transaction that each test leaves as it was; no test here may commit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from wagtail.models import Page, PageViewRestriction

from search import rebuilding
from search.models import CatalogueEntry, CataloguePart
from site_core.actions import publish_due
from site_core.locks import rollout
from site_core.models import ColumnPage
from tenants.current import enter_site
from tenants.models import Organisation
from tests.factories import soon
from tests.search.test_catalogue import delete, entry_of, reload, restrict, unpublish
from tests.site_core.page_samples import make_every_type

TYPES = {
    "article": "law",
    "document": "document",
    "info": "info",
    "person": "person",
    "guide": "guide",
    "topic": "topic",
}


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[tuple[dict[str, Any], Path]]:
    """A page of each type on 崆峒区's site, and the folder with their files; rolled back behind the last test."""
    folder = tmp_path_factory.mktemp("types")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(django_settings, "MEDIA_ROOT", str(folder))
        with transaction.atomic():
            with enter_site(Organisation.objects.get(schema_name="kongtong")):
                pages = make_every_type()
                reload(pages["article"]).save_revision().publish()  # with the files that it was given
            patch.undo()
            yield pages, folder
            transaction.set_rollback(True)


@pytest.fixture
def pages(made, settings, in_kongtong):
    """Those pages, as the database has them, inside of their site."""
    settings.MEDIA_ROOT = str(made[1])
    return {name: reload(page) for name, page in made[0].items()}


@pytest.fixture
def site(in_kongtong):
    """崆峒区's site, inside of it."""
    return in_kongtong


def expire(page):
    Page.objects.filter(pk=page.pk).update(expire_at=soon())
    assert publish_due() == 1


def restrict_above(page):
    """Above may be a column that the blueprint locks; what a rollout does there is in the catalogue as well."""
    with rollout():
        restrict(reload(page).get_parent())


def delete_above(page):
    parent = reload(page).get_parent().specific
    with rollout():
        (parent if isinstance(parent, ColumnPage) else reload(page)).delete()


ENDS = [unpublish, delete, expire, restrict, restrict_above, delete_above]


@contextmanager
def undone():
    """What the block does is rolled back."""
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        yield
        raise ZeroDivisionError


def state_of(page):
    entry = entry_of(page)
    return entry.title, entry.version, list(entry.parts.values_list("number", "label", "text"))


def test_each_page_type_has_its_entry(pages):
    for name, page in pages.items():
        entry = entry_of(page)
        assert (entry.page_type, entry.title, entry.site.schema_name) == (TYPES[name], page.title, "kongtong")
        assert page.get_url() == entry.url_path
        assert entry.published_at == page.public_at
        assert entry.part_count == entry.parts.count() > 0
        assert entry.url_path.startswith(entry.column_path)


@pytest.mark.parametrize("end", ENDS)
def test_entry_goes_with_its_page_through_every_door_and_stays_if_that_is_undone(pages, end):
    for name, page in pages.items():
        before = state_of(page)
        with undone():
            end(page)
            assert entry_of(page) is None, name
            assert not CataloguePart.objects.filter(
                entry__page_id=page.pk, entry__site__schema_name="kongtong"
            ).exists(), name
        assert state_of(page) == before, name


def test_entry_comes_back_when_the_page_does(pages):
    for name, page in pages.items():
        with undone():
            restrict(page)
            PageViewRestriction.objects.all().delete()
            assert entry_of(page), name
        with undone():
            unpublish(page)
            reload(page).save_revision().publish()
            assert entry_of(page), name


def test_change_is_in_the_entry_and_nothing_of_before(pages):
    for name, old in pages.items():
        before, state = entry_of(old), state_of(old)
        with undone():
            page = reload(old)
            page.title, page.keywords = "独角兽", "麒麟"
            page.save_revision().publish()
            entry = entry_of(page)
            assert (entry.pk, entry.title, entry.title_key, entry.keywords) == (
                before.pk,
                "独角兽",
                "独角兽",
                "麒麟",
            ), name
            assert entry.version > before.version
            found = CatalogueEntry.objects.extra(where=["head_terms @@ '独角 & 麒麟'::tsquery"])
            assert [each.page_id for each in found] == [page.pk], name
        assert state_of(old) == state, name


def test_changed_slug_is_in_the_entry(pages):
    for name, old in pages.items():
        with undone():
            page = reload(old)
            page.slug = "another-slug"
            page.save_revision().publish()
            assert entry_of(page).url_path == reload(page).get_url(), name
            assert "another-slug" in entry_of(page).url_path


def find_terms():
    """Everything of each entry that a rebuild writes anew, but for the version."""
    rows = CatalogueEntry.objects.extra(select={"head": "head_terms::text", "every": "all_terms::text"}).order_by("pk")
    left_out = {"version", "written_at", "head_terms", "all_terms"}
    fields = [field.attname for field in CatalogueEntry._meta.concrete_fields if field.name not in left_out]
    return {row["page_id"]: row for row in rows.filter(site__schema_name="kongtong").values(*fields, "head", "every")}


def rebuild():
    rebuilding.rebuild_site("kongtong", lambda count: None)


def test_rebuilding_changes_nothing_that_publishing_wrote(pages):
    rebuild()
    before = find_terms()
    assert len(before) > len(TYPES)
    rebuild()

    assert find_terms() == before


@pytest.mark.parametrize("what", ["column's title", "site's name", "organ's name"])
def test_entries_follow_what_they_are_made_of(pages, site, what):
    """Whatever stands in an entry and changes elsewhere has to be in it at once, as a rebuild would put it."""
    from tenants.actions import change_details

    rebuild()
    with transaction.atomic():
        if what == "column's title":
            column = reload(pages["document"]).get_parent().specific
            column.title = "麒麟公告"
            column.save_revision().publish()
        elif what == "site's name":
            change_details(site, {"name": "平凉市麒麟区司法局"})
        else:
            change_details(site, {"short_name": "麒麟局"})
    with enter_site("kongtong"):
        written = find_terms()
        rebuild()
        assert written == find_terms()


def test_anchor_of_attachments_is_on_the_page(pages, site, client_of):
    assert entry_of(pages["article"]).parts.filter(anchor="files").exists()
    assert 'id="files"' in client_of(site).get(pages["article"].get_url()).content.decode()
