"""Charts of activities, as SVG for an `<img>`: a wide one, and a narrow one for telephones."""

from collections.abc import Sequence

from legal_education.campaigns.activity_selectors import Totals
from site_core.charts import load_pygal, make_style, render

_COLOURS = ("#8fb8de",)
"""Light enough for the black figures on the bars."""
_BAR = 30


def draw_people(rows: Sequence[tuple[str, Totals]], *, is_narrow: bool) -> bytes:
    """People reached, a bar a row, the first row on top."""
    pygal = load_pygal()
    size = 12 if is_narrow else 13
    chart = pygal.HorizontalBar(
        width=360 if is_narrow else 720,
        height=max(160, 60 + _BAR * len(rows)),
        js=[],
        show_legend=False,
        truncate_label=-1,
        print_values=True,
        no_data_text="没有数据",
        formatter=lambda value: f"{value:,.0f}人",
        style=make_style(
            _COLOURS,
            label_font_size=size,
            major_label_font_size=size,
            value_font_size=size,
            background="#ffffff",
            plot_background="#ffffff",
            guide_stroke_color="#d5d8dd",
            major_guide_stroke_color="#d5d8dd",
            no_data_font_size=size + 3,
        ),
        show_y_guides=False,
        show_x_labels=False,
    )
    shown = list(reversed(rows))
    chart.x_labels = [label for label, _ in shown]
    chart.add("参加人数", [totals.people for _, totals in shown])
    return render(chart)
