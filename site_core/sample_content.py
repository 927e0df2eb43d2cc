"""Sample content of a fresh demo, from `sample/<kind>.toml`: our own words, every text marked 示例."""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from site_core.actions import ArticleDraft, publish_article
from site_core.importing.blocks import to_blocks
from site_core.models import ArticlePage, ColumnPage, SiteImage
from site_core.sample_art import draw_scene
from tenants.models import Organisation

SAMPLE_DIR = Path(__file__).parent / "sample"
_TEXTS = ("title", "subtitle", "summary", "keywords", "source", "author", "responsible_editor", "body")


@dataclass(frozen=True)
class SampleArticle:
    """An article as the file describes it, with `{name} {short_name} {place}` still in its texts."""

    key: str
    column: str
    days_ago: int
    picture: str
    texts: dict[str, str]

    def texts_for(self, site: Organisation) -> dict[str, str]:
        """Its texts with the site's names filled in."""
        names = {"name": site.name, "short_name": site.short_name, "place": site.place or site.short_name}
        return {key: text.format(**names) for key, text in self.texts.items()}


@cache
def read_sample(kind: str) -> tuple[SampleArticle, ...]:
    """Articles for that kind of site."""
    rows = tomllib.loads((SAMPLE_DIR / f"{kind}.toml").read_text(encoding="utf-8"))["article"]
    return tuple(_read_row(kind, number, row) for number, row in enumerate(rows, 1))


def _read_row(kind: str, number: int, row: dict[str, Any]) -> SampleArticle:
    texts = {key: row.get(key, "") for key in _TEXTS}
    return SampleArticle(f"sample:{kind}:{number}", row["column"], row["days_ago"], row.get("picture", "none"), texts)


def add_sample_content(site: Organisation) -> int:
    """Publish the samples that are not on the current site yet; each in a transaction of its own. Returns how many."""
    there = set(ArticlePage.objects.filter(source_id__startswith="sample:").values_list("source_id", flat=True))
    columns = {column.node_key: column for column in ColumnPage.objects.exclude(node_key="")}
    missing = [sample for sample in read_sample(site.kind) if sample.key not in there]
    # Oldest first, so that the order of the tree is the order of time.
    for sample in sorted(missing, key=lambda each: -each.days_ago):
        _publish(site, columns[sample.column], sample)
    return len(missing)


@transaction.atomic
def _publish(site: Organisation, column: ColumnPage, sample: SampleArticle) -> None:
    texts = sample.texts_for(site)
    body = to_blocks(texts.pop("body"), "markdown")
    title = texts.pop("title")
    cover = _draw_cover(sample, title) if sample.picture != "none" else None
    column.refresh_from_db()
    draft = ArticleDraft(title, body, sample.key, _publication_time(sample), {**texts, "cover": cover})
    publish_article(column, draft, reason="演示用示例内容")


def _publication_time(sample: SampleArticle) -> Any:
    minutes = sum(sample.key.encode()) % 480
    return timezone.now().replace(second=0, microsecond=0) - timedelta(days=sample.days_ago + 1, minutes=minutes)


def _draw_cover(sample: SampleArticle, title: str) -> SiteImage:
    picture = ContentFile(draw_scene(sample.picture, sample.key), name=f"{sample.key.replace(':', '-')}.jpg")
    return SiteImage.objects.create(title=title, file=picture, description="示意图：山塬与梯田（程序绘制）")
