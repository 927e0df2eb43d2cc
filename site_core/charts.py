"""Charts, drawn on the server as SVG without any script: they stand in `<img>`, with a table of the same figures beside it."""

from functools import cache
from typing import Any

from django.http import HttpResponse

FONTS = "system-ui, 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif"


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
