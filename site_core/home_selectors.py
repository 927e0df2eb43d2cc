"""Reads for home pages: topics, and what the simplified home page shows."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F

from site_core import reading
from site_core.selectors import list_latest
from tenants.current import current_site

if TYPE_CHECKING:
    from site_core.models import BasePage, ColumnPage, TopicPage


def list_topics(count: int) -> list["TopicPage"]:
    """Visible topics: those under way or to come first, then by their first day, latest first."""
    from site_core.models import TopicPage

    reading.record(f"nav:{current_site().schema_name}")
    topics = TopicPage.objects.visible().exclude(state="archived").select_related("cover").defer("body")
    newest = sorted(
        topics.order_by(F("opens_on").desc(nulls_last=True), "-public_at")[: count * 3],
        key=lambda each: each.shown_state != "open",
    )
    return newest[:count]


def list_topics_of(column: "ColumnPage") -> list["TopicPage"]:
    """Visible topics directly below the column, archived ones too: those under way first, then the latest."""
    from site_core.models import TopicPage

    reading.record(f"column:{current_site().schema_name}:{column.pk}")
    topics = TopicPage.objects.child_of(column).visible().select_related("cover").defer("body")
    return sorted(topics.order_by("-opens_on", "-public_at"), key=lambda each: each.shown_state != "open")


def list_columns_by_node(*keys: str) -> list["ColumnPage"]:
    """Visible columns with these node keys, in the order of the keys; what the site lacks is left out."""
    from site_core.models import ColumnPage

    reading.record(f"nav:{current_site().schema_name}")
    found = {each.node_key: each for each in ColumnPage.objects.visible().filter(node_key__in=keys)}
    return [found[key] for key in keys if key in found]


ELDER_COLUMNS = ("ggflfw", "gzsx", "sqzn", "rmtj", "ywly", "tzgg", "zcwj", "gzdt", "pufa", "jgzn", "gk", "jggk", "lxwm")
"""Columns that older readers come for, the first six that a site has become tiles of its simplified home page."""
_NOTICE_COLUMNS = ("tzgg", "gzdt")


@dataclass(frozen=True)
class ElderHome:
    """What the simplified home page shows: six tiles, and the latest notices."""

    tiles: list["ColumnPage"]
    notices: list["BasePage"]


def get_elder_home() -> ElderHome:
    """Tiles and notices of the current site."""
    columns = list_columns_by_node(*ELDER_COLUMNS)
    notices = next((each for key in _NOTICE_COLUMNS for each in columns if each.node_key == key), None)
    return ElderHome(columns[:6], list_latest(notices, 5) if notices else [])
