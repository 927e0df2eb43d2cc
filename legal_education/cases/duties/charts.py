"""Charts of duties by state, as SVG for an `<img>`: bars of one unit, audience or site each, a wide one and a narrow one."""

from collections.abc import Mapping

from site_core.charts import load_pygal, make_style, render

_COLOURS = ("#a61b1b", "#5a5f69", "#b26a00", "#2e7d4f")  # in the order of the states: overdue, planned, under way, done
_WIDE, _NARROW = 900, 340
_ROW, _REST = 40, 130
_LONGEST_LABEL = {False: 16, True: 7}


def draw_states(counts: Mapping[str, Mapping[str, int]], *, is_narrow: bool) -> bytes:
    """A bar for each name, made of its states."""
    size = 11 if is_narrow else 13
    style = make_style(
        _COLOURS,
        label_font_size=size,
        major_label_font_size=size,
        legend_font_size=size + 1,
        value_font_size=size,
        background="#ffffff",
        plot_background="#ffffff",
        no_data_font_size=size + 3,
    )
    labels = {name: _shorten(name, _LONGEST_LABEL[is_narrow]) for name in counts}
    chart = load_pygal().HorizontalStackedBar(
        # Pygal takes letters for narrow, and Chinese ones are as wide as they are high.
        margin_left=20 + round(0.45 * size * max(map(len, labels.values()), default=0)),
        js=[],
        style=style,
        width=_NARROW if is_narrow else _WIDE,
        height=_REST + _ROW * max(len(counts), 1),
        legend_at_bottom=True,
        legend_at_bottom_columns=2 if is_narrow else 4,
        legend_box_size=size,
        truncate_label=-1,
        truncate_legend=-1,
        no_data_text="没有数据",
        formatter=lambda value: f"{value:.0f}",
    )
    names = list(counts)[::-1]
    most = max((sum(each.values()) for each in counts.values()), default=0)
    chart.y_labels = range(0, most + 1, max(1, -(-most // 6)))
    chart.x_labels = [labels[name] for name in names]
    for state in next(iter(counts.values()), {}):
        chart.add(state, [counts[name][state] for name in names])
    return render(chart)


def _shorten(name: str, longest: int) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1]}…"
