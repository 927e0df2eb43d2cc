"""The sample articles on one site of the cluster: those that are asked for by the product's own action, the rest as copies."""

from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction

from bench.bulk import multiply_page
from bench.cluster_sites import schema_of
from bench.sample_text import COLUMN, LAW_SLUG, SampleArticle, make_law, make_notice, time_of, time_of_law
from site_core.actions import ArticleDraft, publish_article
from site_core.models import ArticlePage, PageAttachment, SiteDocument
from site_core.selectors import get_column
from tenants.current import enter_site

SMALL_SITE, LARGE_SITE = schema_of(1), schema_of(2)
LIST_PATH = f"/{COLUMN}/"
LAW_PATH = f"/{COLUMN}/{LAW_SLUG}/"


def fill_site(schema: str, articles: int) -> None:
    """So many articles in the column, the law in the middle of them."""
    with enter_site(schema):
        notice = publish_sample(make_notice(), time_of(0))
        multiply_page(notice, articles - 2)
        law = publish_sample(make_law(), time_of_law(articles))
        attach_files(law, make_law())


@transaction.atomic
def publish_sample(article: SampleArticle, public_at: datetime) -> ArticlePage:
    """Publish it in the column of the samples on the current site."""
    fields = {**article.fields, "slug": article.slug}
    draft = ArticleDraft(article.title, list(article.body), public_at=public_at, fields=fields)
    return publish_article(get_column(COLUMN), draft, reason="示例")


@transaction.atomic
def attach_files(page: ArticlePage, article: SampleArticle) -> None:
    """Give the page the sample's files."""
    for number, file in enumerate(article.files):
        content = ContentFile(file.content, name=file.filename)
        document = SiteDocument.objects.create(title=file.title, file=content)
        PageAttachment.objects.create(page=page, document=document, sort_order=number)
