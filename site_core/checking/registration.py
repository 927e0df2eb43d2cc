"""Which checks run on which page types of this floor. Called once, when the app is ready."""

from site_core.checking import elements, links, pictures, texts
from site_core.publication_checks import register_check


def register_own_checks() -> None:
    """Register the checks of `site_core`'s own page types."""
    from site_core.models import ArticlePage, BasePage, DocumentPage, InfoPage, ServiceGuidePage

    everywhere = (
        *(texts.check_title, texts.check_placeholders, texts.check_personal_numbers, links.check_links),
        *(pictures.check_pictures, texts.check_paragraphs, texts.check_headings),
    )
    for check in everywhere:
        register_check(BasePage, check)
    for page_class in (ArticlePage, DocumentPage, InfoPage):
        for check in (texts.check_summary, texts.check_body):
            register_check(page_class, check)
    register_check(ArticlePage, texts.check_source)
    register_check(ArticlePage, pictures.check_cover)
    for check in (texts.check_summary, elements.check_guide_elements, elements.check_vague_words):
        register_check(ServiceGuidePage, check)
    for check in (elements.check_index_number, elements.check_document_dates):
        register_check(DocumentPage, check)
