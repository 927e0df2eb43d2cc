"""Meta tags of the national standard 《网页设计规范》: site group on every page, column group below a column, article group.

The table of names stands in the domain rules, §1.4. A tag without content is left out, never empty.
"""

import logging
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from wagtail.images.models import SourceImageIOError
from wagtail.models import Page

from site_core.models import BasePage, HomePage
from site_core.picture_kinds import SHARED
from site_core.selectors import list_columns_above
from tenants.current import current_site, root_url

logger = logging.getLogger(__name__)


def list_meta(page: Page | None) -> list[tuple[str, str]]:
    """(name, content) of each tag of the page; those of the site alone where what is shown is no page of the tree."""
    pairs = [*_site_tags()]
    if page is not None:
        pairs += [*_column_tags(page), *_article_tags(page), ("description", getattr(page, "summary", ""))]
    return [(name, content) for name, content in pairs if content]


def _site_tags() -> Iterator[tuple[str, str]]:
    site = current_site()
    yield "SiteName", site.name
    yield "SiteDomain", root_url().partition("//")[2].partition(":")[0]
    if site.is_government:
        yield "SiteIDCode", site.site_id_code


def _column_tags(page: Page) -> Iterator[tuple[str, str]]:
    if isinstance(page, HomePage):
        yield "ColumnName", "首页"
        yield "ColumnType", "首页"
        return
    column = _find_column(page)
    if column is None:
        return
    yield "ColumnName", column.title
    yield "ColumnDescription", column.summary or column.title
    yield "ColumnKeywords", column.keywords or column.title
    yield "ColumnType", column.kind


def _find_column(page: Page) -> Any:
    if getattr(page, "is_column", False):
        return page
    above = list_columns_above(page) if page.depth > 2 else []
    return above[-1] if above else None


def _article_tags(page: Page) -> Iterator[tuple[str, str]]:
    if not isinstance(page, BasePage) or isinstance(page, HomePage) or page.is_column:
        return
    yield "ArticleTitle", page.title
    yield "PubDate", f"{timezone.localtime(page.public_at):%Y-%m-%d %H:%M}" if page.public_at else ""
    yield "ContentSource", page.shown_source
    yield "Keywords", page.keywords
    yield "Author", page.author or page.responsible_editor
    yield "Description", page.summary
    yield "Image", find_picture_url(page.shown_picture)
    yield "Url", page.full_url


def find_picture_url(image: Any) -> str:
    """Full address of the picture as others show it beside a link; '' for none, and where its file is gone."""
    try:
        return root_url() + image.get_rendition(SHARED).url if image else ""
    except SourceImageIOError:
        logger.warning("the file of picture %s is gone", image.pk)
        return ""
