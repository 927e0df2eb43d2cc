"""Text of attached files in the entries of their pages: read by a job, since a file may be large, broken or hostile."""

from collections.abc import Sequence
from typing import Any

from search.body_text import cut_text
from search.catalogue import PartDraft
from search.models import AttachmentText
from tenants.current import current_site

ANCHOR = "files"
READ_EXTENSIONS = frozenset({"docx", "pdf", "xlsx", "txt", "csv"})


def list_documents(page: Any) -> list[Any]:
    """Documents of the page that everybody may read: not those of a private collection."""
    from site_core.document_selectors import list_open_documents
    from site_core.models import ColumnPage

    if isinstance(page, ColumnPage):
        return []  # a column carries no files, and a new site has sixty
    return list_open_documents([row.document for row in page.attachments.select_related("document__collection")])


def list_parts(documents: Sequence[Any]) -> list[PartDraft]:
    """Parts from those of the documents whose text is known by now."""
    if not documents:
        return []
    known = AttachmentText.objects.filter(site_id=current_site().pk, document_id__in=[each.pk for each in documents])
    texts = {row.document_id: row for row in known}
    parts: list[PartDraft] = []
    for document in documents:
        row = texts.get(document.pk)
        text = row.text if row and row.file_hash == document.get_file_hash() else ""
        parts += cut_text(f"{document.title}\n{text}", f"附件：{document.title}"[:255], ANCHOR)
    return parts


def defer_unread(page: Any, documents: Sequence[Any]) -> None:
    """Queue the reading of those that nobody has read in their present form."""
    from search.tasks import read_attachments

    if list_unread(documents):
        read_attachments.defer(page_id=page.pk)


def list_unread(documents: Sequence[Any]) -> list[Any]:
    """Documents whose text is missing or that of an older file."""
    wanted = [each for each in documents if each.file_extension in READ_EXTENSIONS]
    if not wanted:
        return []
    rows = AttachmentText.objects.filter(site_id=current_site().pk, document_id__in=[each.pk for each in wanted])
    known = dict(rows.values_list("document_id", "file_hash"))
    return [each for each in wanted if known.get(each.pk) != each.get_file_hash()]


def read_document(document: Any) -> None:
    """Read the document's text, and keep it, or why it cannot be read."""
    from search.attachment_text import extract_text

    found = extract_text(document.file.path, document.file_extension)
    AttachmentText.objects.update_or_create(
        site_id=current_site().pk,
        document_id=document.pk,
        defaults={"file_hash": document.get_file_hash(), "text": found.text, "problem": found.problem[:200]},
    )
