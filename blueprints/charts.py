"""The chart of how sites stand to their blueprints."""

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
_ROW, _FRAME, _WIDTH = 44, 120, 860
_LABELS = 60
"""Room that Chinese labels need beyond what pygal reckons from the number of characters."""


def draw_conditions(counts: dict[SiteKind, dict[Condition, int]]) -> bytes:
    """Number of sites by kind and condition, as lying bars."""
    chart = load_pygal().HorizontalStackedBar(
        js=[],
        style=make_style(
            tuple(COLOURS.values()),
            value_colors=("#ffffff",) * len(COLOURS),
            guide_stroke_color="transparent",
            major_guide_stroke_color="transparent",
        ),
        width=_WIDTH,
        height=_FRAME + _ROW * len(counts),
        legend_at_bottom=True,
        legend_at_bottom_columns=len(Condition),
        print_values=True,
        formatter=lambda value: str(value) if value else "",
        margin_left=_LABELS,
    )
    most = max((sum(row.values()) for row in counts.values()), default=1)
    chart.y_labels = range(0, most + 1, max(1, round(most / 8)))  # sites come whole
    kinds = list(counts)[::-1]  # drawn from below
    chart.x_labels = [kind.label for kind in kinds]
    for condition in Condition:
        chart.add(condition.label, [counts[kind][condition] or None for kind in kinds])
    return render(chart)
