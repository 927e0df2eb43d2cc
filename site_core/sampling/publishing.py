"""The samples published through the usual door, each in a transaction of its own. Safe to repeat and to interrupt."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Site

from site_core.actions import publish_page
from site_core.models import ArticlePage, BasePage, ColumnPage, SiteDetails, TopicPage
from site_core.sampling.pages import make_page
from site_core.sampling.reader import SampleRow, fill, read_rows
from tenants.kinds import SiteKind
from tenants.models import Organisation

REASON = "演示用示例内容"
_OLDER_KEY = r"^sample:[a-z_]+:\d+$"
"""Articles of a demo made before there were other page types: they stay, and are not published a second time."""
_ENGLISH = {"city": "Pingliang Municipal Bureau of Justice"}


def add_sample_content(site: Organisation) -> None:
    """Publish the samples that are not on the current site yet. What an editor changed stays."""
    _fill_details(site)
    pages = dict(BasePage.objects.filter(source_id__startswith="sample:").values_list("source_id", "pk"))
    columns = {column.node_key: column for column in ColumnPage.objects.exclude(node_key="")}
    kept = {"article"} if BasePage.objects.filter(source_id__regex=_OLDER_KEY).exists() else set()
    missing = [row for row in read_rows(site.kind) if row.key not in pages and row.table not in kept]
    for row in missing:
        pages[row.key] = _publish(site, columns[row.values["column"]], row, pages).pk


@transaction.atomic
def _publish(site: Organisation, column: ColumnPage, row: SampleRow, pages: dict[str, int]) -> BasePage:
    values = fill(row.values, site)
    values.setdefault("organ", site.name)

    def find(key: str) -> BasePage | None:
        pk = next((pk for source, pk in pages.items() if source.endswith(f":document:{key}")), None)
        return BasePage.objects.get(pk=pk).specific if pk else None

    page = make_page(row.table, values, find)
    page.source_id = row.key
    column.refresh_from_db()
    publish_page(column, page, public_at=_publication_time(row.key, row.age), reason=REASON)
    if isinstance(page, TopicPage):
        _publish_articles(page, values["articles"], row.key)
    return page


def _publish_articles(topic: TopicPage, articles: list[Any], key: str) -> None:
    for number, (title, text, age) in enumerate(articles, 1):
        body: Any = [{"type": "paragraph", "value": f"<p>{text}</p>"}]
        article = ArticlePage(title=title, summary=text, body=body, source_id=f"{key}:{number}", cover=topic.cover)
        topic.refresh_from_db()
        publish_page(topic, article, public_at=_publication_time(f"{key}:{number}", age), reason=REASON)


def _publication_time(key: str, days_ago: int) -> Any:
    minutes = sum(key.encode()) % 480
    return timezone.now().replace(second=0, microsecond=0) - timedelta(days=days_ago + 1, minutes=minutes)


def _fill_details(site: Organisation) -> None:
    """Facts of the site, where nobody entered any; the organ code is made of the region's and marks a sample."""
    if SiteDetails.objects.exists():
        return
    code = site.site_id_code
    report = f"https://zfwzgl.www.gov.cn/exposure/jiucuo.html?site_code={code}" if code and site.is_government else ""
    SiteDetails.objects.create(
        site=Site.objects.get(),
        english_name=_ENGLISH.get(site.schema_name, ""),
        undertaker=f"{site.short_name}办公室" if site.kind in {SiteKind.CITY_BUREAU, SiteKind.COUNTY_BUREAU} else "",
        office_hours="工作日 8:30—12:00，14:30—18:00",
        organ_code=f"{site.region_code or '620800'}000",
        error_report_url=report,
    )
