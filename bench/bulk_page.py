"""One article whose page has about 25 KB, as the goals of delivery want it."""

from typing import TYPE_CHECKING

from django.db import transaction

from bench.sample_text import COLUMN
from site_core.actions import ArticleDraft, publish_article
from site_core.selectors import get_column
from tenants.current import enter_site

if TYPE_CHECKING:
    from bench.delivery import DeliveryRun

PAGE_BYTES = 25_000
_SENTENCE = "司法行政部门负责本行政区域内示例工作的指导和监督，其他有关部门在各自职责范围内做好相关工作。"
_FRAME_BYTES = 17_000
"""What stands around the text of an article on the city's site."""


def make_large_page(run: "DeliveryRun") -> str:
    """Path of the page on the city's site."""
    sentences = (PAGE_BYTES - _FRAME_BYTES) // len(_SENTENCE.encode())
    with enter_site("city"), transaction.atomic():
        body = [("paragraph", f"<p>{_SENTENCE}</p>")] * sentences
        return str(publish_article(get_column(COLUMN), ArticleDraft("性能测试用示例文章", body)).get_url())
