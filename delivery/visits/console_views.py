"""The centre's screen on visits: all sites of the cluster, a period and the calendar year."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.ui.tables import BaseColumn, Column
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.admin.widgets.button import HeaderButton

from site_core.charts import answer_chart
from site_core.console_screens import ConsoleScreen
from site_core.csv_tables import answer_table

from .charts import draw_visits
from .selectors import FIGURES, has_samples, list_sites_with_visits, list_visits, sum_rows
from .views import PeriodMixin

CONSOLE = "delivery_visits_console"
_ORDERS = ("short_name", "kind", *FIGURES)


class ConsoleVisitsScreen(PeriodMixin, ConsoleScreen, BaseListingView):
    """All sites, sorted by any column."""

    page_title = "访问统计"
    header_icon = "view"
    template_name = "delivery/visits/console.html"
    results_template_name = "delivery/visits/console_results.html"
    index_url_name = CONSOLE
    index_results_url_name = f"{CONSOLE}_results"
    default_ordering = "-views"
    verbose_name_plural = "网站"
    is_searchable = True
    search_fields = ("name", "short_name", "schema_name")

    @property
    def year(self) -> int:
        """The calendar year of the right-hand columns."""
        return timezone.localdate().year

    @cached_property
    def columns(self) -> list[BaseColumn]:
        """Site, and its figures."""
        labels = ("浏览次数", "独立用户", f"{self.year} 年浏览次数", f"{self.year} 年独立用户")
        return [
            Column("short_name", label="网站", sort_key="short_name"),
            Column("kind", accessor="get_kind_display", label="类别", sort_key="kind"),
            *(Column(name, label=label, sort_key=name) for name, label in zip(FIGURES, labels, strict=True)),
        ]

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """The table as a file."""
        return [HeaderButton("下载 CSV", url=reverse(f"{CONSOLE}_download") + self.query, icon_name="download")]

    def get_base_queryset(self) -> Any:
        """With the figures."""
        return list_sites_with_visits(self.period, self.year)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the sums."""
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "sums": sum_rows(self.get_base_queryset()),
            "year": self.year,
            "chart_url": reverse(f"{CONSOLE}_chart") + self.query,
            "is_sample": has_samples(None, self.period),
            **self.describe_period(),
        }


class ConsoleChartView(PeriodMixin, ConsoleScreen):
    """The chart of the whole cluster."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """SVG."""
        return answer_chart(draw_visits(list_visits(None, self.period), is_narrow="narrow" in request.GET))


class ConsoleDownloadView(PeriodMixin, ConsoleScreen):
    """All sites and their sum."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """CSV."""
        year = timezone.localdate().year
        sites = list(list_sites_with_visits(self.period, year))
        rows = [
            (site.name, site.get_kind_display(), site.schema_name, *(getattr(site, name) for name in FIGURES))
            for site in sites
        ]
        rows.append(("合计", "", "", *sum_rows(sites).values()))
        days = f"{self.period.first}至{self.period.last}"
        headings = (
            "网站",
            "类别",
            "代码",
            f"{days}浏览次数",
            f"{days}独立用户",
            f"{year}年网站总访问量",
            f"{year}年独立用户访问总量",
        )
        return answer_table(f"visits-{self.period.last:%Y%m%d}", headings, rows)


urlpatterns: list[URLPattern] = [
    path("visits/", ConsoleVisitsScreen.as_view(), name=CONSOLE),
    path("visits/results/", ConsoleVisitsScreen.as_view(results_only=True), name=f"{CONSOLE}_results"),
    path("visits/chart.svg", ConsoleChartView.as_view(), name=f"{CONSOLE}_chart"),
    path("visits/download/", ConsoleDownloadView.as_view(), name=f"{CONSOLE}_download"),
]
