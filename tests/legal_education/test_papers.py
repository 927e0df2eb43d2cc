"""Newspaper issues: scans in order, PDFs made into pages by a job, refusals that lose nothing, the calendar, text for search."""

from datetime import date
from tempfile import NamedTemporaryFile

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction
from wagtail.documents.forms import get_document_form
from wagtail.images.forms import get_image_form

from legal_education.models import PaperIssuePage, PaperReading, PaperSheet
from legal_education.papers import rendering
from legal_education.papers.reading import COLLECTION, read_now
from legal_education.papers.rendering import PdfRefused, render_pdf
from legal_education.tasks import read_paper
from search.models import CatalogueEntry, CataloguePart
from site_core.models import SiteDocument, SiteImage
from site_core.publication_checks import list_findings, list_obstacles
from tenants.current import enter_site
from tests.legal_education.samples import make_issue, make_media, make_pdf, make_programme, make_text_pdf

HUGE = 300 * 1024 * 1024


def open_page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content.decode(), "html.parser")


def list_jobs(name="legal_education.tasks.read_paper"):
    from procrastinate.contrib.django.models import ProcrastinateJob

    return list(ProcrastinateJob.objects.filter(task_name=name).values_list("args", flat=True))


@pytest.fixture
def paper(site):
    return make_programme("paper", "六五普法之窗", slug="zhichuang")


def test_scans_stand_in_order_with_their_text(client, paper):
    path = make_issue(paper).get_url()
    page = open_page(client, path)
    assert [each.get_text() for each in page.select(".reader__list a")] == ["第1版 版1", "第2版 版2"]
    assert [each["id"] for each in page.select("figure.sheet")] == ["ban-1", "ban-2"]
    pictures = page.select(".sheet__frame img")
    assert all(each["alt"].startswith("第") and each["data-large"] for each in pictures)
    assert client.get(pictures[0]["src"]).status_code in {200, 404}  # by the media layer, which is not under test here
    assert "第2版的文字" in page.select("details.fold")[1].get_text()
    assert page.select_one("[data-reader-keys]").has_attr("hidden")


def test_issue_is_found_by_the_text_of_its_pages(site, paper):
    issue = make_issue(paper)
    parts = CataloguePart.objects.filter(entry__site_id=site.pk, entry__page_id=issue.pk)
    assert {part.anchor: part.text for part in parts} == {"ban-1": "第1版的文字", "ban-2": "第2版的文字"}


def test_pdf_is_made_into_pages_by_a_job(site, client, paper):
    issue = make_issue(paper, pdf=make_media("a.pdf", content=make_pdf(3)))
    document, path = issue.pdf, issue.get_url()
    assert list_jobs() == [{"site": "kongtong", "document_id": document.pk}]
    assert "版面正在生成" in open_page(client, path).get_text()
    with enter_site(site):
        assert read_paper(document_id=document.pk) == 3
        assert SiteImage.objects.filter(collection__name=COLLECTION).count() == 3
    page = open_page(client, path)
    assert len(page.select("figure.sheet img")) == 3
    assert page.select_one(".meta a[href$='.pdf']")


def test_job_that_is_run_again_makes_nothing_twice(site, paper):
    document = make_issue(paper, pdf=make_media("a.pdf", content=make_pdf(2))).pdf
    for _ in range(2):
        read_paper(document_id=document.pk)
    assert PaperSheet.objects.count() == SiteImage.objects.filter(collection__name=COLLECTION).count() == 2


def test_pdf_is_queued_once_for_any_number_of_saves(site, paper):
    issue = make_issue(paper, pdf=make_media("a.pdf", content=make_pdf(1)))
    for _ in range(3):
        with transaction.atomic():
            PaperIssuePage.objects.get(pk=issue.pk).save_revision().publish()
    assert len(list_jobs()) == 1


def test_replaced_pdf_is_read_again(site, paper):
    issue = make_issue(paper, pdf=make_media("a.pdf", content=make_pdf(1)))
    read_paper(document_id=issue.pdf_id)
    document = SiteDocument.objects.get(pk=issue.pdf_id)
    document.file.save("a.pdf", ContentFile(make_pdf(2)), save=False)
    document._set_document_file_metadata()
    with transaction.atomic():
        document.save()
    assert len(list_jobs()) == 2
    assert read_paper(document_id=document.pk) == 2


def test_text_of_a_pdf_is_found(site, paper):
    issue = make_issue(paper, pdf=make_media("a.pdf", content=make_text_pdf("Constitution Day")))
    with transaction.atomic():
        read_paper(document_id=issue.pdf_id)
    part = CataloguePart.objects.get(entry__site_id=site.pk, entry__page_id=issue.pk, anchor="ban-1")
    assert part.text == "Constitution Day"
    assert CatalogueEntry.objects.get(site_id=site.pk, page_id=issue.pk).page_type == "episode"


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"%PDF-1.4\nbroken\n%%EOF", "打不开"), (make_pdf(65), "超过 64 页"), (make_pdf(1)[:300] + b"%%EOF", "打不开")],
)
def test_broken_pdf_is_refused_with_words_and_nothing_is_lost(paper, content, word):
    issue = make_issue(paper)
    draft = PaperIssuePage.objects.get(pk=issue.pk)
    draft.scans, draft.pdf = [], make_media("b.pdf", content=content)
    with pytest.raises(ValidationError, match=word):
        draft.full_clean()
    assert PaperIssuePage.objects.get(pk=issue.pk).scans.count() == 2


def test_file_that_breaks_the_job_is_told_and_stops_publication(site, paper, monkeypatch):
    issue = make_issue(paper, pdf=make_media("a.pdf", content=make_pdf(1)))
    monkeypatch.setattr(rendering, "CHILD_MODULE", "no.such.module")
    assert read_now(issue.pdf).state == "failed"
    assert "打不开" in PaperReading.objects.get().problem
    assert any("打不开" in finding.message for finding in list_obstacles(issue))


def test_renderer_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setitem(rendering._SECONDS, "render", 0.001)
    with pytest.raises(PdfRefused, match="过长"), NamedTemporaryFile() as file:
        file.write(make_pdf(1))
        file.seek(0)
        render_pdf(file)


def huge_upload(name, kind, head):
    """An upload of 300 MB that takes no room."""
    upload = TemporaryUploadedFile(name, kind, HUGE, None)
    upload.write(head)
    upload.truncate(HUGE)
    upload.seek(0)
    return upload


def test_pdf_of_300_mb_is_refused_with_words(site):
    form = get_document_form(SiteDocument)(
        {"title": "大"}, {"file": huge_upload("a.pdf", "application/pdf", b"%PDF-1.4")}
    )
    assert "超过上限 50.0 MB" in str(form.errors["file"])
    assert not SiteDocument.objects.exists()


def test_scan_of_300_mb_is_refused_with_words(site):
    upload = huge_upload("a.jpg", "image/jpeg", b"\xff\xd8\xff\xe0")
    form = get_image_form(SiteImage)({"title": "大", "description": "大"}, {"file": upload})
    assert "超过上限 20.0 MB" in str(form.errors["file"])


def test_pdf_and_scans_are_not_mixed(paper):
    issue = make_issue(paper)
    issue.pdf = make_media("a.pdf", content=make_pdf(1))
    with pytest.raises(ValidationError, match="只用一种"):
        issue.full_clean()


def test_missing_pages_stop_publication_and_missing_text_is_told(paper):
    issue = make_issue(paper)
    assert not list_findings(issue, column=paper)
    issue.scans.first().text = ""
    scans = list(issue.scans.all())
    scans[1].text = " "
    issue.scans = scans
    assert [finding.message for finding in list_findings(issue, column=paper)] == ["第 2 版没有文字。"]
    issue.scans = []
    assert [finding.message for finding in list_obstacles(issue, column=paper)] == ["没有版面。"]


def test_programme_shows_the_calendar_of_a_year(client, paper):
    for number, day in enumerate((date(2014, 11, 28), date(2015, 3, 27), date(2015, 11, 27), date(2015, 11, 30)), 1):
        make_issue(paper, f"第{number}篇", number, issued_on=day)
    path = paper.get_url()
    page = open_page(client, path)
    assert [each.get_text(strip=True) for each in page.select(".years a")] == ["2015年", "2014年"]
    assert [each.get_text() for each in page.select(".month h3")] == ["3月", "11月"]
    assert [each.get_text() for each in page.select(".month time")] == ["27日", "27日", "30日"]
    older = open_page(client, path + "?year=2014")
    assert older.select_one(".years [aria-current]").get_text(strip=True) == "2014年"
    assert [each["datetime"] for each in older.select(".month time")] == ["2014-11-28"]
    strange = open_page(client, path + "?year=1066")
    assert len(strange.select(".month time")) == 3


def test_issues_and_pages_of_one_site_are_nothing_on_another(two_sites, client_of):
    with enter_site(two_sites.a):
        issue = make_issue(make_programme("paper", "普法之窗", slug="zhichuang"), slug="di1qi")
        path = issue.get_url()
    assert client_of(two_sites.b).get(path).status_code == 404
    with enter_site(two_sites.b):
        assert not PaperIssuePage.objects.exists()
