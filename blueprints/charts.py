"""The chart of how sites stand to their blueprints."""

import math
from dataclasses import dataclass

from blueprints.models import Condition
from site_core.charts import load_pygal, make_style, render
from tenants.kinds import SiteKind

COLOURS = {
    Condition.IN_STEP: "#2e7d4f",
    Condition.BEHIND: "#2f6fb2",
    Condition.DRIFTED: "#b26a00",
    Condition.BLOCKED: "#b3261e",
    Condition.UNADOPTED: "#6b7280",
}
_ROW, _FRAME = 44, 120


@dataclass(frozen=True)
class _Form:
    """`labels`: room that Chinese labels need beyond what pygal reckons from the number of characters."""

    width: int
    labels: int
    letters: int
    legend_columns: int
    steps: int


_WIDE, _NARROW = _Form(860, 60, 14, len(Condition), 8), _Form(360, 46, 11, 3, 4)


def draw_conditions(counts: dict[SiteKind, dict[Condition, int]], *, is_narrow: bool = False) -> bytes:
    """Number of sites by kind and condition, as lying bars: a wide chart, or a narrow one for telephones."""
    form = _NARROW if is_narrow else _WIDE
    chart = load_pygal().HorizontalStackedBar(
        js=[],
        style=make_style(
            tuple(COLOURS.values()),
            value_colors=("#ffffff",) * len(COLOURS),
            guide_stroke_color="transparent",
            major_guide_stroke_color="transparent",
            label_font_size=form.letters,
            major_label_font_size=form.letters,
            legend_font_size=form.letters,
        ),
        width=form.width,
        height=_FRAME + _ROW * len(counts),
        legend_at_bottom=True,
        legend_at_bottom_columns=form.legend_columns,
        print_values=True,
        formatter=lambda value: str(value) if value else "",
        margin_left=form.labels,
        truncate_label=-1,
        truncate_legend=-1,
    )
    most = max((sum(row.values()) for row in counts.values()), default=1)
    chart.y_labels = range(0, most + 1, max(1, math.ceil(most / form.steps)))  # sites come whole
    kinds = list(counts)[::-1]  # drawn from below
    chart.x_labels = [kind.label for kind in kinds]
    for condition in Condition:
        chart.add(condition.label, [counts[kind][condition] or None for kind in kinds])
    return render(chart)
