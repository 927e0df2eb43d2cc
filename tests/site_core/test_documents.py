"""Documents: only on their own site, only for who may read them, with headers that are safe, and in parts."""

import pytest
from django.core import signals
from django.core.files.base import ContentFile
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections
from wagtail.models import Collection, CollectionViewRestriction
from werkzeug.test import Client as WsgiClient

from site_core.layers import with_files
from site_core.models import SiteDocument
from tenants.current import enter_site
from tenants.selectors import find_primary_host
from tenants.storage import media_root_of
from tests.factories import make_member
from tests.site_core.upload_samples import PDF, WHOLE

DOWNLOAD_CSP = "default-src 'none'; sandbox"


@pytest.fixture
def site(two_sites):
    return two_sites.a


@pytest.fixture
def client(site, client_of):
    return client_of(site)


@pytest.fixture(autouse=True)
def kept_connection():
    """The handler would close the connection between requests, and the test's transaction with it."""
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


def make_document(site, name="公告.pdf", content=PDF, pk=None, **restriction):
    """A document; with a restriction in a collection of its own."""
    with enter_site(site):
        collection = Collection.get_first_root_node()
        if restriction:
            collection = collection.add_child(name="内部文件")
            CollectionViewRestriction.objects.create(collection=collection, **restriction)
        file = ContentFile(content, name=name)
        return SiteDocument.objects.create(pk=pk, title=name, file=file, collection=collection)


def address_of(document, name=None):
    return f"/documents/{document.pk}/{name or document.filename}"


def through_layers(site, path, **headers):
    """The answer of the whole application: Django behind the layer that sends files."""
    app = with_files(WSGIHandler())
    named = {"Host": find_primary_host(site), **{name.replace("_", "-"): value for name, value in headers.items()}}
    return WsgiClient(app).get(path, base_url="http://x", headers=named, buffered=True)


# --- Who gets it --------------------------------------------------------------------------------------------


def test_document_is_handed_over_on_its_own_site(site, client):
    document = make_document(site)
    answer = client.get(address_of(document))
    assert answer.status_code == 200
    assert answer.headers["X-Accel-Redirect"].startswith(f"/protected/{site.schema_name}/documents/")


def test_document_is_404_on_another_site(two_sites, client_of):
    document = make_document(two_sites.a)
    answer = client_of(two_sites.b).get(address_of(document))
    assert (answer.status_code, "X-Accel-Redirect" in answer.headers) == (404, False)


def test_id_means_the_own_document_when_both_sites_have_it(two_sites):
    a = make_document(two_sites.a, content=PDF, pk=1000)
    make_document(two_sites.b, content=PDF + b"b", pk=1000)
    path = address_of(a)
    assert [through_layers(site, path).data for site in (two_sites.a, two_sites.b)] == [PDF, PDF + b"b"]


@pytest.mark.parametrize("name", ["别的.pdf", "公告.PDF", "公告", "x/公告.pdf", "../公告.pdf"])
def test_document_is_404_under_a_wrong_name(site, client, name):
    assert client.get(address_of(make_document(site), name)).status_code == 404


def test_document_of_a_private_collection_asks_strangers_to_sign_in(site, client):
    document = make_document(site, restriction_type=CollectionViewRestriction.LOGIN)
    answer = client.get(address_of(document))
    assert (answer.status_code, "X-Accel-Redirect" in answer.headers) == (302, False)
    assert "/login/" in answer.headers["Location"]


def test_document_of_a_private_collection_is_nobody_elses_to_keep(site, signed_in):
    document = make_document(site, restriction_type=CollectionViewRestriction.LOGIN)
    answer = signed_in(site, make_member(site, "editor")).get(address_of(document))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")


def test_document_asks_for_its_password_and_comes_after_it(site, client):
    document = make_document(site, restriction_type=CollectionViewRestriction.PASSWORD, password="secret")
    asked = client.get(address_of(document))
    assert (asked.status_code, "X-Accel-Redirect" in asked.headers) == (200, False)
    assert 'type="password"' in asked.content.decode()
    wrong = {"password": "guess", "return_url": address_of(document)}
    assert client.post(asked.context["action_url"], wrong).status_code == 200
    assert "X-Accel-Redirect" not in client.get(address_of(document)).headers
    client.post(asked.context["action_url"], {**wrong, "password": "secret"})
    assert "X-Accel-Redirect" in client.get(address_of(document)).headers


def test_private_document_leaves_no_bytes_when_a_stranger_asks_through_the_layers(site):
    document = make_document(site, restriction_type=CollectionViewRestriction.LOGIN)
    answer = through_layers(site, address_of(document), Range="bytes=0-3", X_Accel_Redirect="/protected/x")
    assert answer.status_code == 302
    assert b"PDF" not in answer.data


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_document_is_only_read(site, client, method):
    answer = getattr(client, method)(address_of(make_document(site)))
    assert (answer.status_code, "X-Accel-Redirect" in answer.headers) == (405, False)


# --- With which headers -------------------------------------------------------------------------------------


def test_pdf_is_shown_by_the_browsers_own_viewer(site, client):
    headers = client.get(address_of(make_document(site))).headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"].startswith("inline; filename*=utf-8''%E5%85%AC%E5%91%8A.pdf")
    policy = headers["Content-Security-Policy"]
    # Without sandbox, which Safari and older Chromium take for a reason to show nothing; the rest is what the viewer is.
    assert "sandbox" not in policy
    assert {"default-src 'none'", "object-src 'self'", "style-src 'unsafe-inline'"} <= set(policy.split("; "))
    assert "script-src" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "public, max-age=600"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("表.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"), ("公文.OFD", "application/ofd"),
     ("说明.txt", "text/plain"), ("图.jpeg", "image/jpeg"), ("页.html", "application/octet-stream"),
     ("图.svg", "application/octet-stream"), ("无后缀", "application/octet-stream")],
)  # fmt: skip
def test_everything_else_is_a_download_of_a_known_type(site, client, name, kind):
    headers = client.get(address_of(make_document(site, name, b"x"))).headers
    assert headers["Content-Type"].partition(";")[0] == kind
    assert headers["Content-Disposition"].startswith("attachment; filename")
    assert (headers["Content-Security-Policy"], headers["X-Content-Type-Options"]) == (DOWNLOAD_CSP, "nosniff")


# --- Through the layer that sends it ------------------------------------------------------------------------


def test_whole_file_comes_with_djangos_headers(site):
    document = make_document(site)
    answer = through_layers(site, address_of(document))
    assert (answer.status_code, answer.data) == (200, PDF)
    assert "X-Accel-Redirect" not in answer.headers
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "sandbox" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Accept-Ranges"] == "bytes"


def test_part_of_the_file_comes_when_a_range_is_asked(site):
    document = make_document(site)
    answer = through_layers(site, address_of(document), Range="bytes=0-4")
    assert (answer.status_code, answer.data) == (206, b"%PDF-")
    assert answer.headers["Content-Range"] == f"bytes 0-4/{len(PDF)}"


def test_range_is_416_when_it_begins_behind_the_end(site):
    assert through_layers(site, address_of(make_document(site)), Range="bytes=9999-").status_code == 416


def test_known_file_is_304_after_django_was_asked(site):
    document = make_document(site)
    tag = through_layers(site, address_of(document)).headers["ETag"]
    assert through_layers(site, address_of(document), If_None_Match=tag).status_code == 304


def test_file_is_404_when_the_row_is_there_but_the_file_is_gone(site, caplog):
    document = make_document(site)
    with enter_site(site):
        document.file.storage.delete(document.file.name)
    assert through_layers(site, address_of(document)).status_code == 404
    assert "no such file" in caplog.text


@pytest.mark.parametrize("folder", ["documents", "original_images"])
def test_stored_file_has_no_address_of_its_own(site, folder):
    document = make_document(site)
    name = document.file.name.rpartition("/")[2]
    assert through_layers(site, f"/media/{folder}/{name}").status_code == 404


def test_rendition_comes_only_on_its_own_site(two_sites):
    with enter_site(two_sites.a) as site:
        path = media_root_of(site.schema_name) / "images/照片.png"
        path.parent.mkdir(parents=True)
        path.write_bytes(WHOLE["png"])
    answers = [through_layers(site, "/media/images/照片.png") for site in (two_sites.a, two_sites.b)]
    assert [answer.status_code for answer in answers] == [200, 404]
    assert answers[0].data == WHOLE["png"]
