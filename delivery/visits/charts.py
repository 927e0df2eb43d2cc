"""The chart of visits."""

from collections.abc import Sequence

from site_core.charts import SeriesKind, draw_series

from .selectors import Visits


def draw_visits(visits: Sequence[Visits], *, is_narrow: bool = False) -> bytes:
    """Views and, where they are counted, visitors: lines by day, bars by month."""
    kind = SeriesKind.BARS if visits and len(visits[0].label) == len("2026-01") else SeriesKind.LINES
    series: dict[str, list[int | None]] = {"浏览次数": [row.views for row in visits]}
    if any(row.visitors is not None for row in visits):
        series["独立用户"] = [row.visitors for row in visits]
    return draw_series([row.label for row in visits], series, kind, is_narrow=is_narrow)
