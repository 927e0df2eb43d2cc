"""Charts of posts and of what became of them, as SVG for an `<img>`: a wide one, and a narrow one for telephones."""

from collections.abc import Mapping, Sequence
from typing import Any

from site_core.charts import load_pygal, make_style, render

_COLOURS = ("#2f6fb2", "#b26a00", "#2e7d4f", "#8a3b6b", "#5a5f69", "#a61b1b")
_WIDE, _NARROW = (960, 340), (360, 320)
_MOST_LABELS = 8
_MOST_STEPS = 6


def draw_series(
    labels: Sequence[str], series: Mapping[str, Sequence[int]], *, is_stacked: bool, is_narrow: bool
) -> bytes:
    """Stacked bars, or lines; one series a name."""
    pygal = load_pygal()
    width, height = _NARROW if is_narrow else _WIDE
    size = 11 if is_narrow else 13
    kind = pygal.StackedBar if is_stacked else pygal.Line
    chart = kind(width=width, height=height, **_settings(size, len(series), is_narrow))
    if series:  # pygal knows no axes without values
        chart.y_labels = _list_steps(_find_most(series, is_stacked=is_stacked))
    short = [label[-5:] if len(label) == len("2026-01-01") else label for label in labels]
    chart.x_labels = short
    every = max(1, -(-len(short) // (_MOST_LABELS // 2 if is_narrow else _MOST_LABELS)))
    chart.x_labels_major = short[::-every][::-1]
    for name, values in series.items():
        chart.add(name, list(values))
    return render(chart)


def _settings(size: int, count: int, is_narrow: bool) -> dict[str, Any]:
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


def _find_most(series: Mapping[str, Sequence[int]], *, is_stacked: bool) -> int:
    if not series:
        return 0
    if is_stacked:
        return max(map(sum, zip(*series.values(), strict=True)), default=0)
    return max((value for values in series.values() for value in values), default=0)


def _list_steps(most: int) -> list[int]:
    """From 0 to at least `most` in at most six even steps of 1, 2 or 5 and noughts: posts come whole."""
    step = next(
        digit * 10**noughts for noughts in range(12) for digit in (1, 2, 5) if digit * 10**noughts * _MOST_STEPS >= most
    )
    return list(range(0, most + step, step)) if most else [0, 1]
