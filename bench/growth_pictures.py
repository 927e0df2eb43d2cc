"""Pictures of growth: latency, memory and size of the database against sites and articles, as SVG without any script."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pygal
from pygal.style import Style

from bench.growth_sizes import describe

if TYPE_CHECKING:
    from bench.growth_series import Series

_COLOURS = ("#2f6fb2", "#b3261e", "#2e7d4f", "#b26a00", "#6b4fa0", "#0f7f8c", "#6b7280", "#a0446e")
_WIDTH, _HEIGHT = 860, 420


class Pictures:
    """Where they are put: in each of the folders."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders

    def draw(self, series: "Series") -> None:
        """`growth-latency-…`, `growth-memory-…` and `growth-size-…` of the series."""
        for name, (title, lines) in list_charts(series).items():
            numbers = [f"{series.number_of(size):,}" for size in series.sizes]
            picture = draw_lines(f"{title}, by {series.by}", numbers, lines)
            for folder in self._folders:
                (folder / f"growth-{name}-{series.by}.svg").write_bytes(picture)


def list_charts(series: "Series") -> dict[str, tuple[str, dict[str, list[float]]]]:
    """By name of the picture: its title, and the values of each line."""
    sizes = series.sizes
    latency = {
        page.replace("_", " "): [describe(by_size[size])["median_ms"] for size in sizes]
        for page, by_size in series.turns.items()
    }
    memory = {
        "web process": [series.memory[size]["worker"] for size in sizes],
        "its database connections": [series.memory[size]["connections"] for size in sizes],
    }
    return {
        "latency": ("Latency without page cache, median in ms", latency),
        "memory": ("Memory in MB, every site visited", memory),
        "size": ("Database in MB", {"database": [round(series.filled[size].megabytes, 1) for size in sizes]}),
    }


def draw_lines(title: str, numbers: list[str], lines: dict[str, list[float]]) -> bytes:
    """A line for each row of values, from nought; `numbers` stand below."""
    style = Style(
        background="#ffffff",
        plot_background="#ffffff",
        colors=_COLOURS,
        font_family="system-ui, sans-serif",
        label_font_size=13,
        major_label_font_size=13,
        legend_font_size=13,
        title_font_size=16,
        value_font_size=12,
    )
    chart = pygal.Line(
        js=[],
        style=style,
        width=_WIDTH,
        height=_HEIGHT,
        title=title,
        include_x_axis=True,
        legend_at_bottom=True,
        legend_at_bottom_columns=4,
        dots_size=4,
        stroke_style={"width": 2},
        show_y_guides=True,
    )
    chart.x_labels = numbers
    for name, values in lines.items():
        chart.add(name, values)
    chart.add_xml_filter(_remove_scripts)
    return bytes(chart.render())


def _remove_scripts(root: Any) -> Any:
    """Pygal writes its settings as a script whether or not there is one to read them."""
    for parent in list(root.iter()):
        for child in [each for each in parent if str(each.tag).endswith("script")]:
            parent.remove(child)
    return root
