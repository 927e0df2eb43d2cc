"""Statistics of a site's posts on the platforms: charts, top posts, the table as a file."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.views.generic import TemplateView
from wagtail.admin.widgets.button import HeaderButton

from microblog.models import Account
from microblog.permissions import user_can_see_statistics
from microblog.screens import STATISTICS, GuardedView, MicroblogScreen
from microblog.statistics_selectors import (
    FIGURES,
    PERIODS,
    Span,
    count_posts,
    find_span,
    list_post_figures,
    list_top_posts,
    sum_figures,
)
from site_core.charts import SeriesKind, answer_chart, draw_series
from site_core.csv_tables import answer_table
from tenants.current import current_site

CHART, DOWNLOAD = f"{STATISTICS}_chart", f"{STATISTICS}_download"


class StatisticsView(GuardedView):
    """The time and the account that the address asks for."""

    allows = staticmethod(user_can_see_statistics)

    @cached_property
    def span(self) -> Span:
        """What is shown."""
        return find_span(self.request.GET.get("range", ""), timezone.localdate())

    @cached_property
    def account(self) -> Account | None:
        """None for all of them."""
        asked = self.request.GET.get("account", "")
        return Account.objects.filter(pk=int(asked)).first() if asked.isascii() and asked.isdigit() else None

    def link(self, name: str, *args: Any, **changes: str) -> str:
        """Another address with the same question."""
        query = {"range": self.span.choice, "account": str(self.account.pk) if self.account else "", **changes}
        return f"{reverse(name, args=args)}?{urlencode({key: value for key, value in query.items() if value})}"


class StatisticsScreen(StatisticsView, MicroblogScreen, TemplateView):
    """The screen."""

    template_name = "microblog/statistics/index.html"
    page_title = "传播数据"
    header_icon = "view"

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """The table as a file."""
        return [HeaderButton("下载 CSV", url=self.link(DOWNLOAD), icon_name="download")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Charts with their tables, and the posts that moved readers most."""
        posts, figures = count_posts(self.span, self.account), sum_figures(self.span, self.account)
        named = {FIGURES[name]: values for name, values in figures.items()}
        return super().get_context_data(
            ranges=[
                (self.link(STATISTICS, range=key), label, key == self.span.choice) for key, label in PERIODS.items()
            ],
            choices=self._list_accounts(),
            span=self.span,
            account=self.account,
            totals={**{"发文": sum(map(sum, posts.values()))}, **{name: sum(each) for name, each in named.items()}},
            posts_chart=self.link(CHART, "posts"),
            figures_chart=self.link(CHART, "figures"),
            posts_table=_make_table(self.span, posts),
            figures_table=_make_table(self.span, named),
            top_posts=list_top_posts(self.span, self.account),
            **kwargs,
        )

    def _list_accounts(self) -> list[tuple[str, str, bool]]:
        every = (self.link(STATISTICS, account=""), "全部帐号", self.account is None)
        ones = [
            (self.link(STATISTICS, account=str(each.pk)), str(each), each == self.account)
            for each in Account.objects.all()
        ]
        return [every, *ones]


def _make_table(span: Span, series: dict[str, list[int]]) -> dict[str, Any]:
    """Headings, and rows with the latest step first; steps in which nothing was are left out."""
    rows = [(span.label(step), *values) for step, *values in zip(span, *series.values(), strict=True)]
    return {"headings": list(series), "rows": [row for row in reversed(rows) if any(row[1:])]}


class ChartView(StatisticsView):
    """One of the charts; `narrow=1` for telephones."""

    def get(self, request: HttpRequest, chart: str) -> HttpResponse:
        """SVG."""
        labels = [self.span.label(step) for step in self.span]
        if chart not in ("posts", "figures"):
            raise Http404
        if chart == "posts":
            series, kind = count_posts(self.span, self.account), SeriesKind.STACKED
        else:
            figures = sum_figures(self.span, self.account)
            series, kind = {FIGURES[name]: values for name, values in figures.items()}, SeriesKind.LINES
        return answer_chart(draw_series(labels, series, kind, is_narrow="narrow" in request.GET))


class DownloadView(StatisticsView):
    """Every post of the time."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """CSV."""
        rows = [
            (
                timezone.localtime(each.delivery.sent_at).strftime("%Y-%m-%d %H:%M"),
                str(each.delivery.account),
                each.delivery.title,
                *(each.figures[name] for name in FIGURES),
                each.delivery.remote_url,
            )
            for each in list_post_figures(self.span, self.account)
        ]
        name = f"microblog-{current_site().schema_name}-{self.span.last:%Y%m%d}"
        return answer_table(name, ("发送时间", "帐号", "微博", *FIGURES.values(), "平台上的地址"), rows)
