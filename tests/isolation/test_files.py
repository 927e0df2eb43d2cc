"""Files of one site are read and deleted from that site alone (leaks L15 to L17)."""

from pathlib import Path

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import NoReverseMatch, get_resolver, reverse
from wagtail.images.views.serve import ServeView
from wagtail.tasks import delete_file_from_storage_task

from site_core.models import SiteDocument
from tenants.current import NoCurrentSite, enter_site, find_current_site
from tenants.storage import media_root_of
from tests.isolation.addresses import list_routes
from tests.isolation.marked_site import A_MARKS, add_image
from tests.isolation.walker import Caller, start_session, walking

SITES = ("kongtong", "jingning")


def path_on(schema, name):
    return media_root_of(schema) / name


@pytest.fixture
def same_files(module_database):
    """Picture and document of the same name on both sites, in autocommit, so that what waits for the commit happens."""
    made = {}
    for schema in SITES:
        with enter_site(schema):
            document = SiteDocument.objects.create(title="同名", file=ContentFile(schema.encode(), name="same.pdf"))
            made[schema] = (add_image("同名", "same.png"), document)
    assert made["kongtong"][0].file.name == made["jingning"][0].file.name
    yield made
    for schema in SITES:
        with enter_site(schema):
            for thing in made[schema]:
                type(thing).objects.filter(pk=thing.pk).delete()


def names_of(made, schema):
    image, document = made[schema]
    return image.file.name, document.file.name


def delete_all(made, schema):
    for thing in made[schema]:
        thing.delete()


def assert_only_the_first_is_gone(made):
    assert not [name for name in names_of(made, "kongtong") if path_on("kongtong", name).exists()]
    assert all(path_on("jingning", name).exists() for name in names_of(made, "jingning"))


def test_deleting_on_one_site_leaves_the_file_of_the_other(same_files):
    with enter_site("kongtong"):
        delete_all(same_files, "kongtong")
    assert_only_the_first_is_gone(same_files)


def test_file_is_deleted_on_its_own_site_when_the_commit_comes_after_leaving_it(same_files):
    with transaction.atomic(), enter_site("kongtong"):
        delete_all(same_files, "kongtong")
    assert_only_the_first_is_gone(same_files)
    assert find_current_site() is None


def test_file_is_deleted_on_its_own_site_when_the_commit_comes_inside_the_other(same_files):
    with enter_site("jingning") as other, transaction.atomic():
        with enter_site("kongtong"):
            delete_all(same_files, "kongtong")
        assert find_current_site() == other
    assert_only_the_first_is_gone(same_files)


def test_file_stays_when_its_deletion_is_rolled_back(same_files):
    with pytest.raises(ZeroDivisionError), transaction.atomic(), enter_site("kongtong"):
        delete_all(same_files, "kongtong")
        raise ZeroDivisionError
    assert all(path_on("kongtong", name).exists() for name in names_of(same_files, "kongtong"))


def test_what_waits_for_the_commit_runs_where_it_was_asked_for_and_comes_back(module_database):
    seen = []
    with enter_site("jingning") as other, transaction.atomic():
        for schema in SITES:
            with enter_site(schema):
                transaction.on_commit(lambda: seen.append(find_current_site().schema_name))
        transaction.on_commit(lambda: seen.append(1 / 0), robust=True)
    assert seen == list(SITES)
    with enter_site(other):
        transaction.on_commit(lambda: seen.append(find_current_site().schema_name))
    assert seen[-1] == "jingning"
    assert find_current_site() is None


def test_task_that_deletes_files_does_nothing_outside_of_a_site(same_files):
    name = names_of(same_files, "kongtong")[0]
    with pytest.raises(NoCurrentSite):
        delete_file_from_storage_task.func(("tenants.storage.SiteStorage", [], {}), name)
    assert path_on("kongtong", name).exists()


def test_same_name_means_the_own_file(same_files):
    for schema in SITES:
        with enter_site(schema), default_storage.open(names_of(same_files, schema)[1]) as file:
            assert file.read() == schema.encode()


@pytest.mark.parametrize(
    "work", [default_storage.exists, default_storage.path, default_storage.open, default_storage.delete]
)
def test_storage_is_not_there_outside_of_a_site(work):
    with pytest.raises(NoCurrentSite):
        work("images/same.png")


@pytest.mark.parametrize(
    "name", ["../jingning/documents/same.pdf", "/etc/passwd", "a/../../jingning/documents/same.pdf"]
)
def test_no_path_leads_from_one_site_into_another(same_files, name):
    with enter_site("kongtong"):
        for work in (default_storage.open, default_storage.delete, default_storage.exists):
            with pytest.raises(SuspiciousFileOperation):
                work(name)
        with pytest.raises(SuspiciousFileOperation):
            default_storage.save(name, ContentFile(b"x"))


def test_folders_of_sites_are_apart(same_files):
    with enter_site("kongtong"):
        assert Path(default_storage.location).name == "kongtong"
    with enter_site("jingning"):
        assert Path(default_storage.location).name == "jingning"


# Addresses that are answered before Django, which no resolver lists: public renditions, and what must not be had so.
OUTSIDE_THE_RESOLVER = (
    "/media/images/{rendition}", "/media/kongtong/images/{rendition}", "/media/original_images/{original}",
    "/media/kongtong/original_images/{original}", "/media/documents/{document}", "/media/documents/{closed}",
    "/media/images/../documents/{closed}", "/media/../kongtong/documents/{closed}", "/media/images/../../kongtong/images/{rendition}",
    "/media/images/%2e%2e/%2e%2e/kongtong/images/{rendition}", "/media//images/{rendition}", "/media/",
    "/protected/kongtong/documents/{closed}", "/protected/kongtong/images/{rendition}", "/protected/", "/static/../kongtong/{closed}",
    "/media/wagtail_uploads/{upload}",
)  # fmt: skip


@pytest.fixture
def files(marked_sites):
    a = marked_sites.a
    names = {
        "rendition": a["rendition"].file.name, "original": a["image"].file.name, "document": a["document"].file.name,
        "closed": a["private_document"].file.name, "upload": a["uploaded_sitedocument"].file.name,
    }  # fmt: skip
    return [path.format(**{key: Path(name).name for key, name in names.items()}) for path in OUTSIDE_THE_RESOLVER]


@pytest.fixture
def application(marked_sites, tmp_path):
    with walking(marked_sites.media_root, tmp_path) as running:
        yield running


def test_picture_is_public_on_its_own_site_and_nothing_else_is(marked_sites, application, files):
    answers = {path: Caller(application, marked_sites.a.host).ask("GET", path).status for path in files}
    assert [path for path, status in answers.items() if status == 200] == files[:1]
    assert set(answers.values()) == {200, 404}


@pytest.mark.parametrize(
    "host", ["jingning.sfj.localhost", "sfj.localhost", "nobody.sfj.localhost", "public", "kongtong", ""]
)
def test_no_file_of_a_site_is_had_from_another_host(marked_sites, application, files, host):
    session = start_session(marked_sites.b, "site_admin")
    for path in files:
        answer = Caller(application, host, session).ask("GET", path)
        assert answer.status in {302, 404}, path
        assert A_MARKS.secret not in answer.text
        assert "%PDF" not in answer.text


def test_documents_of_a_site_are_had_from_its_own_host_alone(marked_sites, application):
    a, b = marked_sites.a, marked_sites.b
    address = f"/documents/{a['document'].pk}/open.pdf"
    assert A_MARKS.public in Caller(application, a.host).ask("GET", address).text
    assert Caller(application, b.host, start_session(b, "site_admin")).ask("GET", address).status == 404


def test_pictures_by_signed_address_are_not_to_be_had_at_all():
    """Wagtail's signature holds no site (L16), so that view is not among our addresses."""
    with pytest.raises(NoReverseMatch):
        reverse("wagtailimages_serve", args=("signature", 1, "width-40"))
    assert not [route for route in list_routes() if "wagtailimages_serve" in route.name]

    def views(resolver):
        for each in resolver.url_patterns:
            yield from (
                views(each) if hasattr(each, "url_patterns") else [getattr(each.callback, "view_class", each.callback)]
            )

    assert ServeView not in set(views(get_resolver()))
