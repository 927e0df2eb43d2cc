"""The centre's screens: 普法活动 of all sites with charts and tables, and the calendar that it keeps."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton

from legal_education.audiences import Audience
from legal_education.campaigns import console_selectors as selectors
from legal_education.campaigns.activity_selectors import Totals, sum_up
from legal_education.campaigns.calendar import list_campaigns, list_shipped, name_campaigns
from legal_education.campaigns.calendar_actions import WRITERS, remove_date
from legal_education.campaigns.charts import draw_people
from legal_education.campaigns.console_selectors import Question, list_records, read_question
from legal_education.campaigns.forms import CalendarForm
from legal_education.campaigns.models import ActivityForm
from legal_education.campaigns.tables import answer_file
from legal_education.cluster.models import ExtraCampaign
from site_core.charts import answer_chart
from site_core.console_screens import ConsoleScreen
from tenants.models import Organisation

CONSOLE, CALENDAR = "campaigns_console", "campaigns_calendar"
_HEADINGS = ("网站", "日期", "主题", "地点", "所属活动", "主要对象", "形式", "参加人数", "发放资料（份）", "公开")
_LATEST = 20
Rows = list[tuple[str, Totals]]


def _by_site(question: Question) -> Rows:
    rows = selectors.count_by_site(question)
    return [(row.site.place or row.site.short_name, row.totals) for row in rows if row.totals.activities]


_CHARTS: dict[str, tuple[str, Callable[[Question], Rows]]] = {
    "months": ("按月", selectors.count_by_month),
    "sites": ("按网站", _by_site),
    "audiences": ("按对象", selectors.count_by_audience),
    "campaigns": ("按活动", selectors.count_by_campaign),
}


class ActivitiesView(ConsoleScreen):
    """What the address asks for."""

    @cached_property
    def question(self) -> Question:
        """The year, and what else."""
        return read_question(self.request.GET, timezone.localdate())

    def link(self, name: str, *args: Any, **more: str) -> str:
        """Another address with the same question."""
        asked = self.question
        query = {"campaign": asked.campaign, "audience": asked.audience, "site": str(asked.site or "")}
        shown = {key: value for key, value in query.items() if value}
        return f"{reverse(name, args=args)}?{urlencode({'year': str(asked.year), **shown, **more})}"


class ActivitiesScreen(ActivitiesView, TemplateView):
    """Counts, charts, who is missing, and the latest activities."""

    template_name = "legal_campaigns/console/index.html"
    page_title = "普法活动"
    header_icon = "date"

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """The table as a file, and the calendar."""
        return [
            HeaderButton("下载 Excel", url=self.link(f"{CONSOLE}_download", **{"as": "xlsx"}), icon_name="download"),
            HeaderButton("下载 CSV", url=self.link(f"{CONSOLE}_download"), icon_name="download"),
            HeaderButton("普法日历", url=reverse(CALENDAR), icon_name="calendar"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """All of it."""
        asked, today = self.question, timezone.localdate()
        names = name_campaigns()
        records = list_records(asked)
        charts = [
            {"label": label, "url": self.link(f"{CONSOLE}_chart", key), "rows": count(asked)}
            for key, (label, count) in _CHARTS.items()
            if key != "sites"
        ]
        return super().get_context_data(
            question=asked,
            filters=self._list_filters(),
            totals=sum_up(records),
            sites=selectors.count_by_site(asked),
            sites_chart=self.link(f"{CONSOLE}_chart", "sites"),
            charts=charts,
            missing=selectors.list_missing(asked.year, today, asked.campaign),
            latest=[_describe(each, names) for each in records.select_related("site")[:_LATEST]],
            **kwargs,
        )

    def _list_filters(self) -> list[dict[str, Any]]:
        sites = Organisation.objects.order_by("region_code", "kind", "schema_name")
        asked = self.question
        choices: list[tuple[str, str, list[tuple[str, str]], str]] = [
            ("year", "年份", [(str(y), f"{y}年") for y in selectors.list_years(timezone.localdate())], str(asked.year)),
            ("campaign", "活动", [("", "全部"), *((c.key, c.name) for c in list_campaigns())], asked.campaign),
            ("audience", "对象", [("", "全部"), *((a.value, str(a.label)) for a in Audience)], asked.audience),
            ("site", "网站", [("", "全部"), *((str(s.pk), s.short_name) for s in sites)], str(asked.site or "")),
        ]
        return [
            {"name": name, "label": label, "options": options, "value": value}
            for name, label, options, value in choices
        ]


def _describe(each: Any, names: dict[str, str]) -> dict[str, Any]:
    return {
        "record": each,
        "campaign": names.get(each.campaign, each.campaign),
        "form": str(ActivityForm(each.form).label) if each.form in ActivityForm.values else each.form,
    }


class ChartView(ActivitiesView):
    """One of the charts; `narrow=1` for telephones."""

    def get(self, request: HttpRequest, chart: str) -> HttpResponse:
        """SVG."""
        if chart not in _CHARTS:
            raise Http404
        return answer_chart(draw_people(_CHARTS[chart][1](self.question), is_narrow="narrow" in request.GET))


class DownloadView(ActivitiesView):
    """Every activity that is counted."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """CSV, or a workbook."""
        names = name_campaigns()
        rows = [_make_row(_describe(each, names)) for each in list_records(self.question).select_related("site")]
        name = f"activities-{self.question.year}"
        return answer_file(request.GET.get("as", ""), name, _HEADINGS, rows, "普法活动")


def _make_row(found: dict[str, Any]) -> tuple[Any, ...]:
    row = found["record"]
    return (
        *(row.site.name, row.held_on, row.theme, row.place, found["campaign"], row.get_audience_display()),
        *(found["form"], row.people, row.materials, "是" if row.is_public else "否"),
    )


class CalendarBase(ConsoleScreen):
    """What the screens of the calendar have in common."""

    writing_roles = WRITERS
    header_icon = "calendar"

    def get_trail(self) -> list[tuple[str, str]]:
        """The activities, the calendar."""
        return [(reverse(CONSOLE), "普法活动"), (reverse(CALENDAR), "普法日历")]


class CalendarScreen(CalendarBase, TemplateView):
    """The product's dates and the centre's own."""

    template_name = "legal_campaigns/console/calendar.html"
    page_title = "普法日历"

    def get_trail(self) -> list[tuple[str, str]]:
        """The activities."""
        return [(reverse(CONSOLE), "普法活动")]

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """For those who write."""
        return [HeaderButton("添加", url=reverse(f"{CALENDAR}_new"), icon_name="plus")] if self.may_write() else []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Both lists."""
        return super().get_context_data(
            shipped=list_shipped(), rows=ExtraCampaign.objects.all(), may_write=self.may_write(), **kwargs
        )


class CalendarFormScreen(CalendarBase, TemplateView):
    """The form of a date."""

    template_name = "legal_campaigns/console/calendar_form.html"
    page_title = "添加普法日历"

    @cached_property
    def row(self) -> ExtraCampaign | None:
        """The row, None for a new one."""
        return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form."""
        kwargs.setdefault("form", CalendarForm.for_row(self.row))
        return super().get_context_data(row=self.row, back_url=reverse(CALENDAR), may_write=self.may_write(), **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Save it, or say what is wrong."""
        form = CalendarForm.for_row(self.row, request.POST)
        row = form.apply(self.acting_user)
        if row is None:
            messages.error(request, "未能保存：请查看标出的问题。")
            return self.render_to_response(self.get_context_data(form=form))
        messages.success(request, f"已保存“{row}”。")
        return redirect(CALENDAR)


class EditCalendarScreen(CalendarFormScreen):
    """A date that is."""

    page_title = "修改普法日历"

    @cached_property
    def row(self) -> ExtraCampaign:
        """The row that the address names. Raises Http404."""
        return get_object_or_404(ExtraCampaign, pk=self.kwargs["number"])


class DeleteCalendarScreen(CalendarBase, TemplateView):
    """Ask once more, then remove it."""

    template_name = "legal_campaigns/console/calendar_delete.html"
    page_title = "删除普法日历"

    @cached_property
    def row(self) -> ExtraCampaign:
        """The row that the address names. Raises Http404."""
        return get_object_or_404(ExtraCampaign, pk=self.kwargs["number"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The row."""
        return super().get_context_data(row=self.row, back_url=reverse(CALENDAR), **kwargs)

    def post(self, request: HttpRequest, number: int) -> HttpResponseBase:
        """Remove it."""
        name = str(self.row)
        remove_date(self.row, acting_user=self.acting_user)
        messages.success(request, f"已删除“{name}”。")
        return redirect(CALENDAR)


urlpatterns: list[URLPattern] = [
    path("activities/", ActivitiesScreen.as_view(), name=CONSOLE),
    path("activities/download/", DownloadView.as_view(), name=f"{CONSOLE}_download"),
    path("activities/<str:chart>.svg", ChartView.as_view(), name=f"{CONSOLE}_chart"),
    path("education-calendar/", CalendarScreen.as_view(), name=CALENDAR),
    path("education-calendar/new/", CalendarFormScreen.as_view(), name=f"{CALENDAR}_new"),
    path("education-calendar/<int:number>/", EditCalendarScreen.as_view(), name=f"{CALENDAR}_edit"),
    path("education-calendar/<int:number>/delete/", DeleteCalendarScreen.as_view(), name=f"{CALENDAR}_delete"),
]
