"""Charts, drawn on the server as SVG without any script: they stand in `<img>`, with a table of the same figures beside it."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any

from django.http import HttpResponse

FONTS = "system-ui, 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif"
_COLOURS = ("#2f6fb2", "#b26a00", "#2e7d4f", "#8a3b6b", "#5a5f69", "#a61b1b")
_WIDE, _NARROW = (960, 340), (360, 320)
_MOST_LABELS = 8
_MOST_STEPS = 6


class SeriesKind(StrEnum):
    """How figures over time are drawn: the name of pygal's chart."""

    LINES = "Line"
    BARS = "Bar"
    STACKED = "StackedBar"


@cache
def load_pygal() -> Any:
    """Pygal with its styles; loaded when the first chart is drawn."""
    import pygal
    import pygal.style

    return pygal


def make_style(colours: tuple[str, ...], **options: Any) -> Any:
    """Pygal's style in our letters, on no background. Options are those of `pygal.style.Style`."""
    plain = {
        "background": "transparent",
        "plot_background": "transparent",
        "colors": colours,
        "font_family": FONTS,
        "opacity": "1",
        "label_font_size": 14,
        "legend_font_size": 14,
        "value_font_size": 13,
    }
    return load_pygal().style.Style(**(plain | options))


def draw_series(
    labels: Sequence[str], series: Mapping[str, Sequence[int | None]], kind: SeriesKind, *, is_narrow: bool = False
) -> bytes:
    """Figures over time, one series a name: a wide chart, or a narrow one for telephones. Labels of days lose their year."""
    width, height = _NARROW if is_narrow else _WIDE
    chart = getattr(load_pygal(), kind)(width=width, height=height, **_series_settings(len(series), is_narrow))
    if series:  # pygal knows no axes without values
        chart.y_labels = list_scale(_find_most(series, kind))
    short = [label[-5:] if len(label) == len("2026-01-01") else label for label in labels]
    chart.x_labels = short
    every = max(1, -(-len(short) // (_MOST_LABELS // 2 if is_narrow else _MOST_LABELS)))
    chart.x_labels_major = short[::-every][::-1]
    for name, values in series.items():
        chart.add(name, list(values))
    return render(chart)


def _series_settings(count: int, is_narrow: bool) -> dict[str, Any]:
    size = 11 if is_narrow else 13
    style = make_style(
        _COLOURS,
        label_font_size=size,
        major_label_font_size=size,
        legend_font_size=size + 1,
        background="#ffffff",
        plot_background="#ffffff",
        guide_stroke_color="#d5d8dd",
        major_guide_stroke_color="#d5d8dd",
        no_data_font_size=size + 3,
    )
    return {
        "js": [],
        "style": style,
        "legend_at_bottom": True,
        "legend_at_bottom_columns": 1 if is_narrow else min(max(count, 1), 3),
        "legend_box_size": size,
        "show_minor_x_labels": False,
        "truncate_label": -1,
        "truncate_legend": -1,
        "dots_size": 2.5,
        "stroke_style": {"width": 2.5},
        "no_data_text": "没有数据",
        "formatter": lambda value: f"{value:,.0f}",
    }


def _find_most(series: Mapping[str, Sequence[int | None]], kind: SeriesKind) -> int:
    rows = [[value or 0 for value in values] for values in series.values()]
    if kind is SeriesKind.STACKED:
        return max(map(sum, zip(*rows, strict=True)), default=0)
    return max((value for row in rows for value in row), default=0)


def list_scale(most: int) -> list[int]:
    """From 0 to at least `most` in at most six even steps of 1, 2 or 5 and noughts: what is counted comes whole."""
    step = next(
        digit * 10**noughts for noughts in range(12) for digit in (1, 2, 5) if digit * 10**noughts * _MOST_STEPS >= most
    )
    return list(range(0, most + step, step)) if most else [0, 1]


def render(chart: Any) -> bytes:
    """The SVG of the chart, without the script that pygal writes its settings into."""
    chart.add_xml_filter(_remove_scripts)
    return bytes(chart.render())


def answer_chart(svg: bytes) -> HttpResponse:
    """For an `<img>`: opened by itself it may do nothing either."""
    answer = HttpResponse(svg, content_type="image/svg+xml")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer


def _remove_scripts(root: Any) -> Any:
    """Pygal writes its settings as a script whether or not there is one to read them."""
    for parent in list(root.iter()):
        for child in [each for each in parent if str(each.tag).endswith("script")]:
            parent.remove(child)
    return root
