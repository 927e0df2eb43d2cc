"""The centre's screen on duties: the figures of all sites, from the shared table."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin.widgets.button import HeaderButton

from legal_education.cases.duties.charts import draw_states
from legal_education.cases.duties.selectors import SiteDuties, list_sites, list_standing_years
from legal_education.cases.models import STATE_LABELS
from site_core.charts import answer_chart
from site_core.console_screens import ConsoleScreen
from site_core.csv_tables import answer_table

CONSOLE = "legal_duties_console"
CHART, DOWNLOAD = f"{CONSOLE}_chart", f"{CONSOLE}_download"


class OfYear(ConsoleScreen):
    """The year that the address asks for, else the latest."""

    @cached_property
    def years(self) -> list[int]:
        """Those for which a site has a list."""
        return list_standing_years()

    @cached_property
    def year(self) -> int:
        """One of them; this year where there are none."""
        asked, years = self.request.GET.get("year", ""), self.years
        return next((each for each in years if str(each) == asked), years[0] if years else timezone.localdate().year)

    @cached_property
    def rows(self) -> list[SiteDuties]:
        """By place."""
        return list_sites(self.year, timezone.localdate())


class ConsoleScreenOnDuties(OfYear, TemplateView):
    """A line a site, and a chart."""

    page_title = "普法责任"
    header_icon = "tasks"
    template_name = "legal_cases/console/duties.html"

    @property
    def header_buttons(self) -> list[HeaderButton]:  # type: ignore[override] # Wagtail's is a plain list
        """The table as a file."""
        url = f"{reverse(DOWNLOAD)}?year={self.year}"
        return [HeaderButton("下载 CSV", url=url, icon_name="download")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The figures."""
        totals = {label: sum(row.counts[label] for row in self.rows) for label in STATE_LABELS.values()}
        return super().get_context_data(rows=self.rows, year=self.year, years=self.years, totals=totals, **kwargs)


class ConsoleChartView(OfYear):
    """The chart; `narrow=1` for telephones."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """SVG."""
        counts = {row.site.short_name: row.counts for row in self.rows}
        return answer_chart(draw_states(counts, is_narrow="narrow" in request.GET))


class ConsoleDownloadView(OfYear):
    """The table as a file."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """CSV."""
        rows = [(row.site.name, self.year, row.total, *row.counts.values(), f"{row.percent}%") for row in self.rows]
        headings = ("网站", "年度", "责任条数", *STATE_LABELS.values(), "完成率")
        return answer_table(f"duties-{self.year}", headings, rows)


urlpatterns: list[URLPattern] = [
    path("duties/", ConsoleScreenOnDuties.as_view(), name=CONSOLE),
    path("duties/chart.svg", ConsoleChartView.as_view(), name=CHART),
    path("duties/download/", ConsoleDownloadView.as_view(), name=DOWNLOAD),
]
