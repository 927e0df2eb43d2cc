"""Posts of a fresh demo, from `sample/`: our own words, every text marked 示例, on the city's site and three counties'."""

import tomllib
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from microblog.models import MicroPicture, MicroPost, StreamPage
from site_core.actions import publish_page
from site_core.models import ColumnPage
from site_core.sampling.pictures import find_picture
from site_core.selectors import list_latest
from tenants.models import Organisation

SAMPLE_DIR = Path(__file__).parent / "sample"
REASON = "演示用示例内容"


def add_sample_posts(site: Organisation) -> None:
    """Publish the posts that are not on the current site yet. What an editor changed or withdrew stays."""
    stream, file = StreamPage.objects.single(), SAMPLE_DIR / f"{site.schema_name}.toml"
    if stream is None or not file.exists():
        return
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["post"]
    known = set(MicroPost.objects.filter(source_id__startswith="sample:micro:").values_list("source_id", flat=True))
    for row in reversed(rows):
        if _key_of(row) not in known:
            _publish(stream, row)


def _key_of(row: dict[str, Any]) -> str:
    return f"sample:micro:{row['key']}"


@transaction.atomic
def _publish(stream: StreamPage, row: dict[str, Any]) -> None:
    post = MicroPost(
        text=row["text"].strip(),
        topic_word=row.get("topic", ""),
        is_pinned=row.get("pinned", False),
        link_page=_find_linked(row.get("link", "")),
        source_id=_key_of(row),
    )
    pictures = [find_picture(scene, f"{row['key']}{scene}") for scene in row.get("scenes", ())]
    post.pictures = [MicroPicture(image=image, sort_order=place) for place, image in enumerate(pictures)]
    post.full_clean(exclude=["path", "depth"])
    stream.refresh_from_db()
    publish_page(stream, post, public_at=_moment(row), reason=REASON)


def _find_linked(key: str) -> Any:
    column = ColumnPage.objects.filter(node_key=key).first() if key else None
    return next(iter(list_latest(column, 1)), None) if column else None


def _moment(row: dict[str, Any]) -> datetime:
    day = timezone.localdate() - timedelta(days=row["days_ago"])
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(row["clock"])))
