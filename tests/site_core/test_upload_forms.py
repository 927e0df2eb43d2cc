"""Uploads through every door of the admin and the API: harmless when they arrive, and only in their site's folder."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.models import APIToken, Collection, UploadedFile

from site_core.models import SiteDocument, SiteImage
from tenants.current import enter_site
from tenants.storage import media_root_of
from tests.factories import make_member
from tests.site_core.upload_samples import LOCATED, PDF, SECRET, WHOLE, gradient, picture

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
PRETENDERS = {"svg": ("图.svg", SVG, "请另存为 PNG"), "svg as png": ("图.png", SVG, "请另存为 PNG"),
              "html": ("图.html", HTML, "网页"), "html as jpg": ("图.jpg", HTML, "网页")}  # fmt: skip


@pytest.fixture
def site(two_sites):
    return two_sites.a


@pytest.fixture
def admin(site, signed_in):
    """An editor with a session, and with a token for the API."""
    editor = make_member(site, "editor")
    client = signed_in(site, editor)
    with enter_site(site):
        _, client.token = APIToken.create_token(user=editor, name="上传")
    return client


@pytest.fixture
def root_collection(site):
    with enter_site(site):
        return Collection.get_first_root_node().pk


def upload(name, content):
    return SimpleUploadedFile(name, content)


def stored(site):
    """Name, without folder, and content of every file of the site."""
    return {path.name: path.read_bytes() for path in _files_below(media_root_of(site.schema_name))}


def _files_below(folder: Path):
    return [path for path in folder.rglob("*") if path.is_file()]


def knows_where_it_was(content):
    return any(trace in content for trace in (SECRET.encode(), b"Kongtong", b"GPSLat", b"xmpmeta"))


WORDS = "蓝色渐变"

# --- Each door: what to post, and where the refusal stands ---------------------------------------------------


def add(client, kind, name, content, root):
    """The ordinary form; the errors at its file field."""
    address = {"image": "wagtailimages:add", "document": "wagtaildocs:add"}[kind]
    values = {"title": "标题", "file": upload(name, content), "collection": root, "description": WORDS}
    answer = client.post(reverse(address), values)
    return [] if answer.status_code == 302 else answer.context["form"].errors["file"]


def add_multiple(client, kind, name, content, root):
    """The multiple uploader; its error message."""
    address = {"image": "wagtailimages:add_multiple", "document": "wagtaildocs:add_multiple"}[kind]
    values = {"title": "标题", "files[]": upload(name, content), "collection": root}
    answer = client.post(reverse(address), values, headers={"X-Requested-With": "XMLHttpRequest"}).json()
    if answer["success"] and kind == "image":
        answer = describe(client, answer["uploaded_file_id"], root)
    return [] if answer["success"] else [answer["error_message"]]


def describe(client, uploaded, root):
    """The second form of the multiple uploader, which asks for the words."""
    fields = {"title": "标题", "collection": root, "description": WORDS}
    values = {f"uploaded-image-{uploaded}-{field}": value for field, value in fields.items()}
    address = reverse("wagtailimages:create_multiple_from_uploaded_image", args=[uploaded])
    return client.post(address, values, headers={"X-Requested-With": "XMLHttpRequest"}).json()


def choose(client, kind, name, content, root):
    """The upload tab of a chooser; the form that comes back with the errors in it."""
    address = {"image": "wagtailimages_chooser:create", "document": "wagtaildocs_chooser:create"}[kind]
    prefix = {"image": "image-chooser-upload", "document": "document-chooser-upload"}[kind]
    values = {"title": "标题", "file": upload(name, content), "collection": root, "description": WORDS}
    values = {f"{prefix}-{field}": value for field, value in values.items()}
    answer = client.post(reverse(address), values).json()
    return [] if answer["step"] == "chosen" else [str(answer)]


def call_api(client, kind, name, content, root):
    """The API with the editor's token; its answer to a bad request."""
    values = {"title": "标题", "file": upload(name, content), "collection_id": root, "description": WORDS}
    answer = client.post(f"/api/v3/{kind}s/", values, headers={"Authorization": f"Bearer {client.token}"})
    return [] if answer.status_code == 201 else [answer.content.decode()]


DOORS = [add, add_multiple, choose, call_api]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("kind", LOCATED)
def test_picture_arrives_without_its_position(admin, site, two_sites, root_collection, door, kind):
    assert knows_where_it_was(LOCATED[kind]) or b"Exif" in LOCATED[kind]
    assert door(admin, "image", f"照片.{kind}", LOCATED[kind], root_collection) == []
    with enter_site(site):
        image = SiteImage.objects.get()
        content = image.file.read()
        assert (image.width, image.height, image.file_size) == (64, 48, len(content))
    assert not knows_where_it_was(content)
    with Image.open(media_root_of(site.schema_name) / image.file.name) as opened:
        assert not opened.getexif().get_ifd(0x8825)
    assert stored(two_sites.b) == {}


def test_animation_arrives_whole(admin, site, root_collection):
    frames = [gradient().rotate(angle) for angle in (0, 90, 180)]
    content = picture("GIF", frames[0], save_all=True, append_images=frames[1:], duration=100, loop=0)
    assert add(admin, "image", "动画.gif", content, root_collection) == []
    with enter_site(site), Image.open(SiteImage.objects.get().file) as image:
        assert image.n_frames == 3


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", PRETENDERS)
@pytest.mark.parametrize("kind", ["image", "document"])
def test_pretender_is_refused_at_the_field_in_chinese(admin, site, root_collection, door, name, kind):
    filename, content, advice = PRETENDERS[name]
    errors = door(admin, kind, filename, content, root_collection)
    assert filename in "".join(errors)
    assert advice in "".join(errors)
    assert stored(site) == {}


def test_document_is_refused_as_a_picture(admin, site, root_collection):
    assert "请选择图片文件" in add(admin, "image", "公告.pdf", PDF, root_collection)[0]
    assert stored(site) == {}


@pytest.mark.parametrize("door", DOORS)
def test_document_lands_in_the_folder_of_its_site_alone(admin, site, two_sites, root_collection, door):
    assert door(admin, "document", "公告.pdf", PDF, root_collection) == []
    assert list(stored(site).values()) == [PDF]
    with enter_site(two_sites.b):
        assert not SiteDocument.objects.exists()
    assert stored(two_sites.b) == {}


@pytest.mark.parametrize("door", DOORS)
def test_picture_among_the_documents_loses_its_position_too(admin, site, root_collection, door):
    assert door(admin, "document", "照片.jpg", LOCATED["jpg"], root_collection) == []
    with enter_site(site):
        document = SiteDocument.objects.get()
        assert document.file_size == len(document.file.read())
    assert not any(map(knows_where_it_was, stored(site).values()))


def test_picture_kept_aside_by_the_multiple_uploader_has_no_position(admin, site, root_collection):
    # A title that is too long: Wagtail stores the upload as it came, and makes the picture of it in a second step.
    values = {
        "title": "长" * 300,
        "files[]": upload("照片.jpg", LOCATED["jpg"]),
        "collection": root_collection,
        "description": WORDS,
    }
    answer = admin.post(reverse("wagtailimages:add_multiple"), values).json()
    with enter_site(site):
        assert UploadedFile.objects.get().pk == answer["uploaded_file_id"]
    assert [knows_where_it_was(content) for content in stored(site).values()] == [False]


def test_picture_too_large_for_memory_loses_its_position_too(admin, site, root_collection, settings):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0  # by way of Django's temporary file, which is moved to its place
    assert add(admin, "image", "照片.jpg", LOCATED["jpg"], root_collection) == []
    ((_, content),) = stored(site).items()
    assert not knows_where_it_was(content)
    assert content.endswith(b"\xff\xd9")


def test_picture_that_replaces_another_loses_its_position_too(admin, site, root_collection):
    assert add(admin, "image", "旧.png", WHOLE["png"], root_collection) == []
    with enter_site(site):
        image = SiteImage.objects.get()
    values = {"title": "标题", "file": upload("新.jpg", LOCATED["jpg"])}
    values |= {"collection": root_collection, "description": WORDS}
    assert admin.post(reverse("wagtailimages:edit", args=[image.pk]), values).status_code == 302
    assert not any(map(knows_where_it_was, stored(site).values()))


def test_title_alone_can_be_changed(admin, site, root_collection):
    assert add(admin, "image", "图.png", WHOLE["png"], root_collection) == []
    with enter_site(site):
        image = SiteImage.objects.get()
    values = {"title": "新标题", "collection": root_collection, "description": WORDS}
    assert admin.post(reverse("wagtailimages:edit", args=[image.pk]), values).status_code == 302
    with enter_site(site):
        assert SiteImage.objects.get().title == "新标题"
    assert list(stored(site).values()) == [WHOLE["png"]]


def test_name_is_made_harmless(admin, site, root_collection):
    assert add(admin, "document", "公\u202e告..pdf", PDF, root_collection) == []
    assert list(stored(site)) == ["公告.pdf"]


def test_picture_without_words_is_asked_for_them(admin, site, root_collection, monkeypatch):
    monkeypatch.setattr(f"{__name__}.WORDS", "")
    assert "description" in "".join(choose(admin, "image", "图.png", WHOLE["png"], root_collection))
    with enter_site(site):
        assert not SiteImage.objects.exists()
