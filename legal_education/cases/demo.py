"""Samples of the demo, from `sample/`: cases on three sites, a list of duties on two. All our own words, marked 示例."""

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from legal_education.cases.duties.actions import write_standing
from legal_education.cases.models import Duty
from legal_education.cases.references import CASES_COLUMN
from search.analysis.folding import to_key
from site_core.actions import publish_page
from site_core.importing.blocks import to_blocks
from site_core.models import ArticlePage, ColumnPage
from tenants.models import Organisation

SAMPLE_DIR = Path(__file__).parent / "sample"
REASON = "演示用示例内容"
_SITES_WITH_DUTIES = frozenset({"city", "jingning"})
_CONTACT = "法治宣传科，0933-000××××（示例）"


def add_samples(site: Organisation) -> None:
    """What is not there yet; what an editor changed or withdrew stays."""
    _add_cases(site)
    _add_duties(site)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((SAMPLE_DIR / name).read_text(encoding="utf-8"))


def _add_cases(site: Organisation) -> None:
    column = ColumnPage.objects.live().filter(node_key=CASES_COLUMN).first()
    rows = [row for row in _read("cases.toml")["case"] if row["site"] == site.schema_name]
    if column is None or not rows:
        return
    city = Organisation.objects.filter(schema_name="city").values_list("place", flat=True).first() or ""
    for row in rows:
        if not ArticlePage.objects.filter(source_id=_key_of(row)).exists():
            _publish(column, row, row["law"].format(city=city))


def _key_of(row: dict[str, Any]) -> str:
    return f"sample:case:{row['key']}"


@transaction.atomic
def _publish(column: ColumnPage, row: dict[str, Any], law: str) -> None:
    page_id = _find_page(law) if row.get("own_page") else None
    citation = {"law": law, "article": row["article"], "text": "", "page": page_id, "url": ""}
    body = [*to_blocks(row["body"].strip(), "markdown"), ("law_reference", citation)]
    page = ArticlePage(title=row["title"], summary=row["summary"], source_id=_key_of(row))
    page.body = [{"type": kind, "value": value} for kind, value in body]  # type: ignore[assignment] # a StreamField takes it
    column.refresh_from_db()
    at = timezone.now().replace(second=0, microsecond=0) - timedelta(days=row["days_ago"], hours=1)
    publish_page(column, page, public_at=at, reason=REASON)


def _find_page(law: str) -> int | None:
    pages = ArticlePage.objects.live().filter(title__contains="（示例文本）").values_list("pk", "title")
    return next((pk for pk, title in pages if to_key(title) == to_key(law)), None)


@transaction.atomic
def _add_duties(site: Organisation) -> None:
    if site.schema_name not in _SITES_WITH_DUTIES or Duty.objects.exists():
        return
    year = timezone.localdate().year
    for row in _read("duties.toml")["duty"]:
        unit = row["unit"].format(place=site.place or site.short_name)
        fields = {name: row[name] for name in ("laws", "audience", "form", "state")}
        deadline = date.fromisoformat(f"{year}-{row['until']}")
        Duty.objects.create(year=year, unit=unit, deadline=deadline, contact=_CONTACT, **fields)
    write_standing(year)
