"""The chart of visits, as SVG for an `<img>`: a wide one, and a narrow one for telephones."""

from collections.abc import Sequence

from site_core.charts import load_pygal, make_style, render

from .selectors import Visits

_COLOURS = ("#2f6fb2", "#b26a00")
_WIDE, _NARROW = (960, 340), (360, 300)
_MOST_LABELS = 8
_MOST_STEPS = 6


def draw_visits(visits: Sequence[Visits], *, is_narrow: bool = False) -> bytes:
    """Views and, where they are counted, visitors: lines by day, bars by month."""
    width, height = _NARROW if is_narrow else _WIDE
    pygal = load_pygal()
    kind = pygal.Bar if visits and len(visits[0].label) == len("2026-01") else pygal.Line
    has_visitors = any(row.visitors is not None for row in visits)
    size = 11 if is_narrow else 13
    chart = kind(
        js=[],
        style=make_style(
            _COLOURS,
            label_font_size=size,
            major_label_font_size=size,
            legend_font_size=size + 1,
            background="#ffffff",
            plot_background="#ffffff",
            guide_stroke_color="#d5d8dd",
            major_guide_stroke_color="#d5d8dd",
        ),
        width=width,
        height=height,
        legend_at_bottom=True,
        legend_at_bottom_columns=2,
        legend_box_size=size,
        show_minor_x_labels=False,
        truncate_label=-1,
        dots_size=2.5,
        stroke_style={"width": 2.5},
        show_legend=has_visitors,
        formatter=lambda value: f"{value:,.0f}",
    )
    chart.y_labels = list_steps(max((row.views for row in visits), default=0))
    chart.x_labels = [row.label[-5:] if kind is pygal.Line else row.label for row in visits]
    every = max(1, -(-len(visits) // (_MOST_LABELS // 2 if is_narrow else _MOST_LABELS)))
    chart.x_labels_major = chart.x_labels[::-every][::-1]
    chart.add("浏览次数", [row.views for row in visits])
    if has_visitors:
        chart.add("独立用户", [row.visitors for row in visits])
    return render(chart)


def list_steps(most: int) -> list[int]:
    """From 0 to at least `most` in at most six even steps of 1, 2 or 5 and noughts: views come whole."""
    step = next(
        digit * 10**noughts for noughts in range(12) for digit in (1, 2, 5) if digit * 10**noughts * _MOST_STEPS >= most
    )
    return list(range(0, most + step, step)) if most else [0, 1]
