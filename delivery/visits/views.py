"""A site's screens on its own visits: the report, a page's figures, their charts, and the tables as files.

For whoever may not see them they do not exist: 404.
"""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton
from wagtail.models import Page

from accounts.models import User
from site_core.charts import answer_chart
from site_core.csv_tables import answer_table
from tenants.current import current_site

from .charts import draw_visits
from .periods import CHOICES, Period, find_period
from .permissions import user_can_see_page, user_can_see_visits
from .selectors import (
    Visits,
    get_totals,
    get_year_totals,
    has_samples,
    list_page_visits,
    list_top_pages,
    list_visits,
)

VISITS, PAGE = "delivery_visits", "delivery_visits_page"
_TOP = 20
_TOP_IN_FILE = 1000


class PeriodMixin:
    """The period that the address asks for, and how others are asked for."""

    request: HttpRequest

    @cached_property
    def _found(self) -> tuple[str, Period]:
        return find_period(self.request.GET.get("range", ""), timezone.localdate())

    @property
    def period(self) -> Period:
        """What is shown."""
        return self._found[1]

    @property
    def query(self) -> str:
        """How the same period is asked for elsewhere."""
        return f"?range={self._found[0]}"

    def describe_period(self) -> dict[str, Any]:
        """For the template that lets one choose."""
        return {
            "choices": [(f"?range={key}", label, key == self._found[0]) for key, label in CHOICES.items()],
            "period": self.period,
            "query": self.query,
        }


class VisitsView(PeriodMixin, View):
    """What a site's screens have in common. Raises Http404 for who has no part in them."""

    chart_url_name = f"{VISITS}_chart"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """For editors, reviewers and administrators of the current site."""
        if not user_can_see_visits(cast(User, request.user)):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def list_visits(self) -> list[Visits]:
        """The figures that chart and table show."""
        return list_visits(current_site(), self.period)

    def link(self, screen: str) -> str:
        """Address of the chart or the file of the same figures."""
        return reverse(screen, kwargs=self.kwargs) + self.query


class ReportScreen(WagtailAdminTemplateMixin, VisitsView, TemplateView):
    """The report."""

    template_name = "delivery/visits/report.html"
    page_title = "访问统计"
    header_icon = "view"
    download_url_name = f"{VISITS}_download"

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """The table as a file."""
        return [HeaderButton("下载 CSV", url=self.link(self.download_url_name), icon_name="download")]

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Home, here."""
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, *self.get_trail(), here]

    def get_trail(self) -> list[dict[str, str]]:
        """What stands above this screen."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Figures of the period."""
        visits = self.list_visits()
        return super().get_context_data(
            visits=visits[::-1],
            totals=get_totals(visits),
            chart_url=self.link(self.chart_url_name),
            is_sample=has_samples(current_site(), self.period),
            **self.describe_period(),
            **kwargs,
        )


class SiteReportScreen(ReportScreen):
    """Of the whole site, with its pages and the years."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds `top_pages` and `years`."""
        return super().get_context_data(
            top_pages=[(each, reverse(PAGE, args=[each.page_id])) for each in list_top_pages(self.period, _TOP)],
            years=[(year, get_year_totals(current_site(), year)) for year in _list_years()],
            **kwargs,
        )


def _list_years() -> tuple[int, int]:
    year = timezone.localdate().year
    return year, year - 1


class ChartView(VisitsView):
    """The chart; `narrow=1` for telephones."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """SVG."""
        return answer_chart(draw_visits(self.list_visits(), is_narrow="narrow" in request.GET))


class DownloadView(VisitsView):
    """Days or months, then pages."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """CSV."""
        rows: list[tuple[Any, ...]] = [(row.label, row.views, row.visitors, "") for row in self.list_visits()]
        pages = list_top_pages(self.period, _TOP_IN_FILE)
        rows += [(each.title or "（已删除的页面）", each.views, "", each.url) for each in pages]
        name = f"visits-{current_site().schema_name}-{self.period.last:%Y%m%d}"
        return answer_table(name, ("日期／页面", "浏览次数", "独立用户", "网址"), rows)


class PageVisitsMixin(VisitsView):
    """One page of the current site."""

    chart_url_name = f"{PAGE}_chart"

    @cached_property
    def page(self) -> Page:
        """The page that the address names. Raises Http404, also for what the person may not see."""
        page = get_object_or_404(Page, pk=self.kwargs["page_id"])
        if page.is_root() or not user_can_see_page(self.request.user, page):
            raise Http404
        return page

    def list_visits(self) -> list[Visits]:
        """Of the page alone."""
        return list_page_visits(current_site(), self.page.pk, self.period)


class PageReportScreen(PageVisitsMixin, ReportScreen):
    """The report on one page."""

    download_url_name = f"{PAGE}_download"

    def get_page_subtitle(self) -> str:
        """Which page."""
        return str(self.page.get_admin_display_title())

    def get_trail(self) -> list[dict[str, str]]:
        """The site's report."""
        return [{"url": reverse(VISITS) + self.query, "label": str(self.page_title)}]

    def get_page_title(self) -> str:
        """As in the page's menu."""
        return "页面访问"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the page with its address."""
        url = self.page.get_url() if self.page.live else None
        return super().get_context_data(page=self.page, page_url=url, **kwargs)


class PageChartView(PageVisitsMixin, ChartView):
    """Its chart."""


class PageDownloadView(PageVisitsMixin):
    """Its days or months."""

    def get(self, request: HttpRequest, page_id: int) -> HttpResponse:
        """CSV."""
        rows = [(row.label, row.views) for row in self.list_visits()]
        name = f"visits-{current_site().schema_name}-page-{page_id}-{self.period.last:%Y%m%d}"
        return answer_table(name, ("日期", "浏览次数"), rows)


def list_urls() -> list[URLPattern]:
    """Addresses below `/admin/visits/`."""
    return [
        path("visits/", SiteReportScreen.as_view(), name=VISITS),
        path("visits/chart.svg", ChartView.as_view(), name=f"{VISITS}_chart"),
        path("visits/download/", DownloadView.as_view(), name=f"{VISITS}_download"),
        path("visits/pages/<int:page_id>/", PageReportScreen.as_view(), name=PAGE),
        path("visits/pages/<int:page_id>/chart.svg", PageChartView.as_view(), name=f"{PAGE}_chart"),
        path("visits/pages/<int:page_id>/download/", PageDownloadView.as_view(), name=f"{PAGE}_download"),
    ]
