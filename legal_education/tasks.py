"""Jobs of programmes."""

from tenants.jobs import site_task


@site_task(queue="pages")
def read_paper(document_id: int) -> int:
    """Make pages of a newspaper's PDF. Returns how many."""
    from legal_education.papers.reading import read_now
    from site_core.models import SiteDocument

    document = SiteDocument.objects.filter(pk=document_id).first()
    return read_now(document).sheets.count() if document else 0
