"""The centre's screen on 政务新媒体: all accounts of the cluster, and what inspection would find."""

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.admin.widgets.button import HeaderButton

from microblog.cluster.models import AccountStanding
from microblog.models import AccountState
from microblog.platforms import Platform
from microblog.watch.alarms import EXPIRES_AT_DAYS, SILENT_AMBER, SILENT_RED, Level, days_of_silence, list_alarms
from site_core.console_screens import ConsoleScreen
from site_core.csv_tables import answer_table
from tenants.models import Organisation

CONSOLE = "microblog_console"
_ROWS = 50
_HEADINGS = (
    *("平台", "帐号", "网站", "状态", "认证主体", "备案号", "备案日期", "责任人"),
    *("最近发文", "未发文天数", "授权到期", "提示"),
)


def list_standings() -> Any:
    """All accounts with their sites."""
    return AccountStanding.objects.select_related("site").order_by("site__short_name", "platform", "name")


class StandingFilterSet(WagtailFilterSet):
    """By platform, state, site, and by what is wrong."""

    platform = django_filters.ChoiceFilter(label="平台", choices=Platform.choices, empty_label="全部")
    state = django_filters.ChoiceFilter(label="状态", choices=AccountState.choices, empty_label="全部")
    site = django_filters.ModelChoiceFilter(
        label="网站", queryset=lambda request: Organisation.objects.order_by("short_name"), empty_label="全部"
    )
    alarm = django_filters.ChoiceFilter(
        label="提示",
        method="by_alarm",
        choices=[
            ("filing", "没有备案号"),
            ("silent", f"{SILENT_AMBER.days} 天以上没有发文"),
            ("silent_long", f"{SILENT_RED.days} 天以上没有发文"),
            ("token", "授权到期或将到期"),
            ("problem", "授权失效或设置有误"),
        ],
        empty_label="全部",
    )

    class Meta:
        model = AccountStanding
        fields: tuple[str, ...] = ()

    def by_alarm(self, rows: Any, name: str, value: str) -> Any:
        """One kind of alarm, as `watch.alarms` judges it."""
        now = timezone.now()
        live = Q(state=AccountState.LIVE)
        never = Q(last_post_at=None)
        found = {
            "filing": Q(filing_number="") & ~Q(state=AccountState.CLOSED),
            "silent": live & (never | Q(last_post_at__lte=now - SILENT_AMBER)),
            "silent_long": live & (never | Q(last_post_at__lte=now - SILENT_RED)),
            "token": live & Q(token_expires_at__lte=now + timedelta(days=EXPIRES_AT_DAYS[0])),
            "problem": live & ~Q(problem=""),
        }
        return rows.filter(found[value])


class ConsoleScreenOnAccounts(ConsoleScreen, BaseListingView):
    """All accounts of the cluster."""

    page_title = "政务新媒体"
    header_icon = "mobile-alt"
    template_name = "microblog/console/index.html"
    results_template_name = "microblog/console/results.html"
    index_url_name = CONSOLE
    index_results_url_name = f"{CONSOLE}_results"
    filterset_class = StandingFilterSet
    is_searchable = True
    search_fields = ("name", "site__name", "site__short_name", "verified_body", "filing_number")
    paginate_by = _ROWS
    verbose_name_plural = "帐号"

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """The table as a file."""
        return [HeaderButton("下载 CSV", url=reverse(f"{CONSOLE}_download"), icon_name="download")]

    def get_base_queryset(self) -> Any:
        """With their sites."""
        return list_standings()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds `rows` with the alarms, and how many accounts have one."""
        context = super().get_context_data(**kwargs)
        now = timezone.now()
        judged = [list_alarms(each, now) for each in list_standings()]
        return {
            **context,
            "rows": [_describe(each) for each in context["object_list"]],
            "total": len(judged),
            "critical": sum(any(alarm.level is Level.RED for alarm in alarms) for alarms in judged),
            "alarmed": sum(bool(alarms) for alarms in judged),
        }


def _describe(standing: AccountStanding) -> dict[str, Any]:
    now = timezone.now()
    return {
        "standing": standing,
        "platform": Platform(standing.platform).label,
        "state": AccountState(standing.state).label,
        "days": days_of_silence(standing, now),
        "alarms": list_alarms(standing, now),
    }


class ConsoleDownloadView(ConsoleScreen):
    """The same as a file."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """CSV."""
        rows = [_make_row(_describe(each)) for each in list_standings()]
        return answer_table(f"accounts-{timezone.localdate():%Y%m%d}", _HEADINGS, rows)


def _make_row(found: dict[str, Any]) -> tuple[Any, ...]:
    row = found["standing"]
    return (
        *(found["platform"], row.name, row.site.name, found["state"]),
        *(row.verified_body, row.filing_number, row.filed_on or "", row.responsible_person),
        *(_say_time(row.last_post_at), "" if found["days"] is None else found["days"]),
        *(_say_time(row.token_expires_at), "".join(alarm.text for alarm in found["alarms"])),
    )


def _say_time(at: Any) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""


urlpatterns: list[URLPattern] = [
    path("accounts/", ConsoleScreenOnAccounts.as_view(), name=CONSOLE),
    path("accounts/results/", ConsoleScreenOnAccounts.as_view(results_only=True), name=f"{CONSOLE}_results"),
    path("accounts/download/", ConsoleDownloadView.as_view(), name=f"{CONSOLE}_download"),
]
