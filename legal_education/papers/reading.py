"""PDFs of newspaper issues: asked for, made into pages by a job, kept by the file's hash. Nothing is made twice."""

from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.crypto import get_random_string
from wagtail.models import Collection

from legal_education.models import PaperIssuePage, PaperReading, PaperSheet, ReadingState
from legal_education.papers.rendering import PdfRefused, RenderedPage, check_pdf, render_pdf
from site_core.models import SiteDocument, SiteImage

COLLECTION = "报纸版面"
"""Where pictures of pages are kept, out of the way of the editors' own."""


def find_problem(document: Any) -> str:
    """Why no pages can be made of the document, in words; '' where they can, as far as a look inside tells."""
    if document.file_extension.lower() != "pdf":
        return f"“{document.filename}”不是 PDF 文件。"
    known = PaperReading.objects.filter(document=document, file_hash=document.get_file_hash()).first()
    if known is not None:
        return f"“{document.filename}”：{known.problem}。" if known.state == ReadingState.FAILED else ""
    try:
        with document.file.open("rb") as file:
            check_pdf(file)
    except PdfRefused as refusal:
        return f"“{document.filename}”：{refusal}。"
    except FileNotFoundError:
        return f"“{document.filename}”的文件已不在，请重新上传。"
    return ""


@transaction.atomic
def have_read(document: Any) -> None:
    """Queue the making of pages, unless that was done for the file as it is."""
    from legal_education.tasks import read_paper

    current = document.get_file_hash()
    reading, is_new = PaperReading.objects.select_for_update().get_or_create(
        document=document, defaults={"file_hash": current}
    )
    if not is_new and reading.file_hash == current:
        return
    reading.file_hash, reading.state, reading.problem = current, ReadingState.WAITING, ""
    reading.save()
    read_paper.defer(document_id=document.pk)


def read_now(document: SiteDocument) -> PaperReading:
    """Make the pages, and keep them or why there are none. Safe to repeat: what a run that was killed left is replaced."""
    try:
        with document.file.open("rb") as file:
            pages, problem = render_pdf(file), ""
    except PdfRefused as refusal:
        pages, problem = [], str(refusal)
    except FileNotFoundError:
        pages, problem = [], "文件已不在"
    return _keep(document, pages, problem)


@transaction.atomic
def _keep(document: SiteDocument, pages: list[RenderedPage], problem: str) -> PaperReading:
    reading, _ = PaperReading.objects.select_for_update().get_or_create(
        document=document, defaults={"file_hash": document.get_file_hash()}
    )
    for sheet in reading.sheets.select_related("image"):
        sheet.image.delete()
    reading.sheets.all().delete()
    for number, page in enumerate(pages, 1):
        PaperSheet.objects.create(
            reading=reading, number=number, image=_make_image(document, number, page), text=page.text
        )
    reading.file_hash = document.get_file_hash()
    reading.state = ReadingState.FAILED if problem else ReadingState.DONE
    reading.problem = problem[:200]
    reading.save()
    _tell_pages(document)
    return reading


def _make_image(document: SiteDocument, number: int, page: RenderedPage) -> SiteImage:
    title = f"{document.title} 第{number}版"[:255]
    # Pictures are public by their address: that of a page that is not published yet must not be guessed.
    file = ContentFile(page.picture, name=f"paper-{number}-{get_random_string(16).lower()}.jpg")
    image = SiteImage(title=title, file=file, description=title, collection=_get_collection())
    image.save()
    return image


def _get_collection() -> Collection:
    root = Collection.get_first_root_node()
    found = root.get_children().filter(name=COLLECTION).first()
    return found or root.add_child(name=COLLECTION)


def _tell_pages(document: SiteDocument) -> None:
    """Entries in the catalogue of the issues that are public already hold the text from now on."""
    from search.actions import write_entry

    for issue in PaperIssuePage.objects.live().filter(pdf=document):
        write_entry(issue)
