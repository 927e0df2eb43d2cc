"""The catalogue follows the sites: written with each change and not at all without it, whatever the door, and made anew."""

import io
import json
import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import transaction
from wagtail.models import Page, PageViewRestriction

from search import catalogue, rebuilding
from search.catalogue import BuilderRefused, register_entry
from search.checks import check_page_types
from search.models import AttachmentText, CatalogueEntry, CatalogueWord, Synonym
from search.tasks import read_attachments
from site_core.actions import publish_due
from site_core.models import ArticlePage, HomePage, PageAttachment, SiteDocument
from site_core.selectors import get_column, get_home
from tenants.actions import change_state
from tenants.current import enter_site
from tests.factories import make_article, make_draft, soon
from tests.search.conftest import ask, titles
from tests.site_core.page_samples import make_column, make_guide, publish, stream


def entry_of(page):
    """The entry of 崆峒区's page: the pages of other sites have the same ids."""
    return CatalogueEntry.objects.filter(page_id=page.pk, site__schema_name="kongtong").first()


@pytest.fixture
def site(in_kongtong):
    """崆峒区's site, inside of it, with the catalogue of its blueprint's columns."""
    return in_kongtong


# --- Doors -------------------------------------------------------------------------------------------------------------


def reload(page):
    return Page.objects.get(pk=page.pk).specific


def unpublish(page):
    reload(page).unpublish()


def delete(page):
    reload(page).delete()


def restrict(page):
    PageViewRestriction.objects.create(page=Page.objects.get(pk=page.pk), restriction_type="login")


def test_moved_page_has_its_new_address_and_column(site):
    page, target = make_article(site, "独角兽"), make_column("moved", "lines", "新栏目")
    with transaction.atomic():
        reload(page).move(Page.objects.get(pk=target.pk), pos="last-child")

    entry = entry_of(page)

    assert entry.url_path == reload(page).get_url() == f"/moved/{page.slug}/"
    assert (entry.column_title, entry.column_id, entry.column_path) == ("新栏目", target.pk, "/moved/")


def test_changed_slug_of_a_column_is_in_all_entries_below(site):
    upper = make_column("upper", "lines", "上栏目")
    lower = make_column("lower", "lines", "下栏目", parent=upper)
    page = publish(lower, ArticlePage(title="独角兽", slug="unicorn"))
    with transaction.atomic():
        column = reload(upper)
        column.slug = "changed"
        column.save_revision().publish()

    assert entry_of(page).url_path == "/changed/lower/unicorn/"
    assert entry_of(page).column_path == "/changed/lower/"
    assert entry_of(lower).url_path == "/changed/lower/"


def test_page_below_two_restrictions_stays_hidden_until_both_are_gone(site):
    column = make_column("upper", "lines", "栏目")
    page = publish(column, ArticlePage(title="独角兽"))
    with transaction.atomic():
        restrict(column)
        restrict(page)
        PageViewRestriction.objects.get(page_id=column.pk).delete()
    assert entry_of(page) is None
    assert entry_of(column)

    with transaction.atomic():
        PageViewRestriction.objects.get(page_id=page.pk).delete()
    assert entry_of(page)


def test_page_that_moves_below_a_private_column_is_hidden_and_comes_back(site):
    page = make_article(site, "独角兽")
    private = make_column("private", "lines", "内部")
    with transaction.atomic():
        restrict(private)
        reload(page).move(Page.objects.get(pk=private.pk), pos="last-child")
    assert entry_of(page) is None

    with transaction.atomic():
        reload(page).move(get_column("tzgg"), pos="last-child")
    assert entry_of(page)


def test_draft_has_no_entry_until_it_is_published(site):
    page = make_draft(site, "独角兽")
    assert entry_of(page) is None

    page.go_live_at = soon()
    with transaction.atomic():
        revision = page.save_revision()
        revision.approved_go_live_at = soon()
        revision.save()
    publish_due()

    assert entry_of(page)


def test_draft_of_a_change_is_not_in_the_entry(site):
    page = make_article(site, "独角兽")
    with transaction.atomic():
        draft = reload(page)
        draft.title = "麒麟"
        draft.save_revision()

    assert entry_of(page).title == "独角兽"


def test_copy_of_a_page_is_its_own(site):
    page = make_article(site, "独角兽")
    with transaction.atomic():
        copy = reload(page).copy(update_attrs={"slug": "copy", "title": "独角兽副本"}, keep_live=True)
        copy.save_revision().publish()

    entry, original = entry_of(copy), entry_of(page)

    assert entry.pk != original.pk
    assert entry.fold_key != original.fold_key
    assert entry.origin_key != original.origin_key


def test_renamed_column_is_renamed_in_the_entries_of_its_pages(site):
    make_column("yaowen", "lines", "要闻")
    page = make_article(site, "独角兽", column="yaowen")
    before = entry_of(page).version
    with transaction.atomic():
        column = reload(get_column("yaowen"))
        column.title = "麒麟要闻"
        column.save_revision().publish()

    assert entry_of(page).column_title == "麒麟要闻"
    assert entry_of(page).version > before


def test_entry_without_a_page_type_s_wish_is_none(site, monkeypatch):
    monkeypatch.setitem(catalogue._builders, ArticlePage, lambda page: None)

    assert entry_of(make_article(site, "独角兽")) is None


def test_entry_has_what_the_page_is(site):
    origin = uuid.uuid4()
    page = make_article(site, "独角兽\u3000公告", keywords="麒麟", source="某报", summary="摘要", origin_key=origin)

    entry = entry_of(page)

    assert entry.title == "独角兽 公告"
    assert (entry.keywords, entry.source, entry.summary) == ("麒麟", "某报", "摘要")
    assert (entry.column_key, entry.column_title) == ("tzgg", get_column("tzgg").title)
    assert entry.fold_key == f"origin:{origin}"
    assert entry.pinyin.startswith("dujiaoshou")
    assert entry.initials == "djsgg"


def test_odd_characters_in_a_page_are_no_reason_to_refuse_it(site):
    page = make_article(
        site, "独角兽\u202e\u200b👍", text="正文\x85\u2028𠮷 'a' \\ \"b\" :A & !", keywords="'x':1A \\'"
    )

    assert entry_of(page)
    assert entry_of(page).parts.count() >= 1


def test_very_long_bodies_are_cut_into_parts(site):
    page = make_article(site, "独角兽", text="很长的一句话" * 3000)

    texts = list(entry_of(page).parts.order_by("number").values_list("text", flat=True))

    assert all(len(text) <= 800 for text in texts)
    assert "".join(texts) == "很长的一句话" * 3000


def test_articles_of_a_law_are_parts_with_the_page_s_anchors(site, client_of):
    law = "第一条　甲。\n第二条　乙。\n第二百零三条　丙。"
    page = publish(get_column("flfg"), ArticlePage(title="湿地条例", body=stream(("law", law))))

    parts = list(entry_of(page).parts.order_by("number"))
    html = client_of(site).get(page.get_url()).content.decode()

    assert [part.label for part in parts] == ["第一条", "第二条", "第二百零三条"]
    assert all(f'id="{part.anchor}"' in html for part in parts)


def test_parts_of_a_guide_lead_to_anchors_of_its_page(site, client_of):
    page = make_guide(make_column("zhinan2", "guides", "办事指南"))

    anchors = set(entry_of(page).parts.values_list("anchor", flat=True)) - {""}
    html = client_of(site).get(page.get_url()).content.decode()

    assert anchors >= {"conditions", "materials", "steps", "place", "hours", "telephone", "basis", "questions"}
    assert [anchor for anchor in anchors if f'id="{anchor}"' not in html] == []


# --- Attachments -------------------------------------------------------------------------------------------------------


def make_docx(text):
    import docx

    document, buffer = docx.Document(), io.BytesIO()
    document.add_paragraph(text)
    document.save(buffer)
    return buffer.getvalue()


def make_pdf(text):
    """A page with that text in a built-in font (Latin letters alone)."""
    stream_of_page = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    pieces = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream_of_page), stream_of_page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]  # fmt: skip
    body, places = b"%PDF-1.4\n", []
    for number, piece in enumerate(pieces, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, piece)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(body)
    return body + b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        table,
        start,
    )


def make_file(name, content, title="附件一"):
    document = SiteDocument(title=title, file=ContentFile(content, name=name), file_size=len(content))
    document.save()
    return document


def attach(page, document):
    with transaction.atomic():
        PageAttachment.objects.create(page=page, document=document, label=document.title)
        reload(page).save_revision().publish()


@pytest.mark.parametrize(
    ("name", "content", "query"),
    [
        ("a.docx", make_docx("麒麟驯养办法全文。"), "麒麟驯养"), ("a.pdf", make_pdf("unicorns graze here"), "unicorns"),
        ("a.txt", "麒麟驯养办法".encode(), "麒麟驯养"), ("a.csv", "甲,麒麟驯养\n".encode("gb18030"), "麒麟驯养"),
    ],
    ids=["docx", "pdf", "txt", "csv"],
)  # fmt: skip
def test_text_of_an_attachment_finds_its_page(site, name, content, query):
    page = make_article(site, "独角兽公告")
    attach(page, make_file(name, content))
    assert ask(site, query).total == 0  # a file is read by a job, not while it is published
    assert titles(ask(site, "附件一")) == ["独角兽公告"]  # its name is known at once

    assert read_attachments(page_id=page.pk) == 1

    (hit,) = ask(site, query).hits
    assert hit.title == "独角兽公告"
    assert hit.part_url.endswith("#files")
    assert "附件一" in hit.part_label


def test_job_is_queued_with_the_publication_and_done_once(site):
    from django.db import connection

    page = make_article(site, "独角兽公告")
    attach(page, make_file("a.txt", "麒麟".encode()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM public.procrastinate_jobs WHERE task_name LIKE '%read_attachments'")
        jobs = [row[0] for row in cursor.fetchall()]

    assert {"site": "kongtong", "page_id": page.pk} in map(json.loads, jobs)
    assert read_attachments(page_id=page.pk) == 1
    assert read_attachments(page_id=page.pk) == 0


def test_broken_attachments_cost_nothing_but_their_text(site):
    contents = {
        "a.docx": b"PK\x03\x04 broken",
        "b.docx": b"",
        "c.pdf": b"%PDF-1.4 broken",
        "d.pdf": b"\x00\xff",
        "e.xlsx": b"PK\x03\x04",
    }
    page = make_article(site, "独角兽公告")
    for name, content in contents.items():
        attach(page, make_file(name, content, title=name))

    assert read_attachments(page_id=page.pk) == len(contents)

    assert titles(ask(site, "独角兽公告"))[0] == "独角兽公告"
    assert set(AttachmentText.objects.values_list("text", flat=True)) == {""}
    assert all(AttachmentText.objects.values_list("problem", flat=True))
    assert read_attachments(page_id=page.pk) == 0  # not again and again


def test_new_file_in_the_same_document_is_read_again(site):
    page, document = make_article(site, "独角兽公告"), make_file("a.txt", "麒麟".encode())
    attach(page, document)
    read_attachments(page_id=page.pk)
    document.file.save("b.txt", ContentFile("凤凰栖息".encode()))
    document.file_hash = ""
    document.save()
    with transaction.atomic():
        reload(page).save_revision().publish()
    assert ask(site, "麒麟").total == 0  # the old text is gone at once

    assert read_attachments(page_id=page.pk) == 1

    assert titles(ask(site, "凤凰栖息")) == ["独角兽公告"]


@pytest.mark.parametrize("end", [unpublish, delete, restrict])
def test_late_job_does_not_bring_back_a_page(site, end):
    page = make_article(site, "独角兽公告")
    attach(page, make_file("a.txt", "麒麟".encode()))
    with transaction.atomic():
        end(page)

    read_attachments(page_id=page.pk)

    assert entry_of(page) is None


# --- The registry and its check ----------------------------------------------------------------------------------------


def test_every_page_type_is_declared():
    assert check_page_types() == []


def test_check_names_a_page_type_that_says_nothing(monkeypatch):
    monkeypatch.delitem(catalogue._builders, ArticlePage)

    (error,) = check_page_types()

    assert error.id == "search.E001"
    assert "ArticlePage" in error.msg


def test_page_type_is_declared_once():
    with pytest.raises(BuilderRefused):
        register_entry(ArticlePage, None)


# --- Making it anew ----------------------------------------------------------------------------------------------------


def run_rebuild(**options):
    out = io.StringIO()
    call_command("rebuild_catalogue", json=True, stdout=out, **options)
    return out.getvalue()


def test_rebuilding_fills_an_empty_catalogue(two_sites):
    for each in (two_sites.a, two_sites.b):
        make_article(each, "独角兽公告")
        make_draft(each, "麒麟草稿")
        make_article(each, "凤凰内部", private=True)
    CatalogueEntry.objects.all().delete()

    written = run_rebuild()

    assert '"kongtong":' in written
    assert CatalogueEntry.objects.filter(title="独角兽公告").count() == 2
    assert not CatalogueEntry.objects.filter(title__in=["麒麟草稿", "凤凰内部"]).exists()
    for each in (two_sites.a, two_sites.b):
        with enter_site(each):
            live = Page.objects.live().filter(depth__gt=1).count()
        assert CatalogueEntry.objects.filter(site=each).count() == live - 1
        with enter_site(each):
            assert CatalogueEntry.objects.get(site=each, page_type="home").page_id == get_home().pk
            assert HomePage.objects.count() == 1


def test_rebuilding_one_site_leaves_the_others_alone(two_sites):
    make_article(two_sites.b, "独角兽公告")
    kept = set(CatalogueEntry.objects.filter(site=two_sites.b).values_list("pk", "version"))
    CatalogueEntry.objects.filter(site=two_sites.a).delete()

    run_rebuild(site="kongtong")

    assert CatalogueEntry.objects.filter(site=two_sites.a).exists()
    assert set(CatalogueEntry.objects.filter(site=two_sites.b).values_list("pk", "version")) == kept


def test_rebuilding_an_unknown_site_is_refused(two_sites):
    with pytest.raises(CommandError, match="nirgends"):
        run_rebuild(site="nirgends")


def test_rebuilding_takes_away_what_has_no_page(two_sites):
    page = make_article(two_sites.a, "独角兽公告")
    CatalogueEntry.objects.filter(site=two_sites.a, page_id=page.pk).update(page_id=999_999, url_path="/gone/")

    run_rebuild(site="kongtong")

    assert not CatalogueEntry.objects.filter(page_id=999_999).exists()
    assert entry_of(page)


def test_rebuilding_again_after_it_was_killed_completes_it(two_sites, monkeypatch):
    monkeypatch.setattr(rebuilding, "_BATCH", 3)
    for number in range(5):
        make_article(two_sites.a, f"独角兽{number}")
    with enter_site(two_sites.a):
        whole = set(CatalogueEntry.objects.filter(site=two_sites.a).values_list("page_id", flat=True))
    CatalogueEntry.objects.filter(site=two_sites.a).delete()
    done = []

    def killed(count):
        done.append(count)
        if len(done) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuilding.rebuild_site("kongtong", killed)
    half = set(CatalogueEntry.objects.filter(site=two_sites.a).values_list("page_id", flat=True))
    assert set() < half < whole

    run_rebuild(site="kongtong")

    assert set(CatalogueEntry.objects.filter(site=two_sites.a).values_list("page_id", flat=True)) == whole


def test_publications_while_it_is_rebuilt_are_kept(two_sites, monkeypatch):
    monkeypatch.setattr(rebuilding, "_BATCH", 2)
    first, second, last = (make_article(two_sites.a, f"独角兽{number}") for number in range(3))
    steps = iter(["begin"])

    def meanwhile(count):
        if next(steps, None):
            with enter_site(two_sites.a), transaction.atomic():
                unpublish(last)
                delete(second)
                page = reload(first)
                page.title = "麒麟"
                page.save_revision().publish()
            make_article(two_sites.a, "凤凰")

    rebuilding.rebuild_site("kongtong", meanwhile)

    found = set(CatalogueEntry.objects.filter(site=two_sites.a, page_type="article").values_list("title", flat=True))
    assert {"麒麟", "凤凰"} <= found
    assert not {"独角兽0", "独角兽1", "独角兽2"} & found


def test_search_goes_on_while_it_is_rebuilt(two_sites, monkeypatch):
    monkeypatch.setattr(rebuilding, "_BATCH", 1)
    make_article(two_sites.a, "独角兽")
    seen = []

    rebuilding.rebuild_site("kongtong", lambda count: seen.append(titles(ask(two_sites.b, "独角兽", scope="all"))))

    assert len(seen) > 5
    assert all(each == ["独角兽"] for each in seen)


def test_archived_and_suspended_sites_are_rebuilt_too(two_sites):
    make_article(two_sites.a, "独角兽")
    make_article(two_sites.b, "麒麟")
    change_state(two_sites.a, "archived")
    change_state(two_sites.b, "suspended", notice="网站升级，暂停服务。")
    CatalogueEntry.objects.all().delete()

    run_rebuild()

    assert set(CatalogueEntry.objects.filter(title__in=["独角兽", "麒麟"]).values_list("title", flat=True)) == {
        "独角兽",
        "麒麟",
    }


def test_preparing_fills_what_is_empty_and_then_does_nothing(two_sites):
    make_article(two_sites.a, "独角兽公告")
    make_article(two_sites.b, "独角兽公告")
    CatalogueEntry.objects.all().delete()

    call_command("prepare_search", stdout=io.StringIO(), stderr=io.StringIO())

    def state():
        return (
            set(CatalogueEntry.objects.values_list("pk", "version")),
            set(Synonym.objects.values_list("pk", "words", "is_active")),
            set(CatalogueWord.objects.values_list("word", "entries")),
        )

    before = state()
    assert all(before)
    call_command("prepare_search", stdout=io.StringIO(), stderr=io.StringIO())
    assert state() == before
