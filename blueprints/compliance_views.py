"""The centre's screens on how sites stand to their blueprints: all at a glance, one in full, compare now, repair."""

from typing import Any

import django_filters
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BaseColumn, Column, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView

from blueprints.charts import draw_conditions
from blueprints.comparing import compare_current_site
from blueprints.compliance_selectors import (
    count_by_kind,
    count_conditions,
    find_row,
    group_by_release,
    list_sites,
    read_findings,
)
from blueprints.models import Condition, Rollout, RolloutKind
from blueprints.rollout_views import NEW, ROLLOUT, ROLLOUTS
from blueprints.rollouts import RolloutRefused, plan_rollout
from blueprints.selectors import find_latest_release
from blueprints.tasks import compare_with_release
from site_core.charts import answer_chart
from site_core.console_screens import ConsoleScreen
from site_core.console_views import CellColumn
from tenants.current import enter_site
from tenants.jobs import defer_for_sites
from tenants.kinds import SiteKind
from tenants.models import Organisation

COMPLIANCE, SITE, COMPARE, REPAIR, CHART = (
    f"blueprints_compliance{name}" for name in ("", "_site", "_compare", "_repair", "_chart")
)
_ROWS = 50


class ComplianceFilterSet(WagtailFilterSet):
    """Sites by kind and by how they stand."""

    condition = django_filters.ChoiceFilter(label="蓝图状态", choices=Condition.choices)

    class Meta:
        model = Organisation
        fields = ("kind",)


class ComplianceScreen(ConsoleScreen, BaseListingView):
    """All sites that serve."""

    page_title = "合规"
    header_icon = "clipboard-list"
    index_url_name = COMPLIANCE
    index_results_url_name = f"{COMPLIANCE}_results"
    results_template_name = "blueprints/compliance/list_results.html"
    template_name = "blueprints/compliance/list.html"
    filterset_class = ComplianceFilterSet
    is_searchable = True
    search_fields = ("name", "short_name", "schema_name")
    verbose_name_plural = "网站"
    paginate_by = _ROWS

    @cached_property
    def columns(self) -> list[BaseColumn]:
        """Site, release, how it stands, what was found, when."""
        return [
            TitleColumn("short_name", label="网站", get_url=lambda site: reverse(SITE, args=[site.schema_name])),
            Column("kind", accessor="get_kind_display", label="类别"),
            Column("release", accessor=_name_release, label="版本"),
            CellColumn("condition", "状态", "blueprints/compliance/condition_cell.html", width="10%"),
            CellColumn("findings", "发现", "blueprints/compliance/findings_cell.html", width="35%"),
            CellColumn("compared_at", "核对时间", "blueprints/compliance/compared_cell.html", width="12%"),
        ]

    def get_base_queryset(self) -> Any:
        """With how they stand."""
        return list_sites()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Counts, and what was found in words."""
        context = super().get_context_data(**kwargs)
        for site in context["object_list"]:
            dress(site)
        counts = count_by_kind()
        return {
            **context,
            "counts": [(kind, kind.label, list(row.items())) for kind, row in counts.items()],
            "conditions": count_conditions(counts),
            "may_write": self.may_write(),
        }


def _name_release(site: Any) -> str:
    return f"第 {site.release_number} 版" if site.release_number else "（无）"


def dress(site: Any) -> Any:
    """Give the site the words that templates show."""
    site.condition_label = Condition(site.condition).label
    site.sentences = read_findings(find_row(site)).list_sentences(site.condition)
    return site


class SiteComplianceScreen(ConsoleScreen, TemplateView):
    """One site: drift, what an update would change, what stands in the way, what is missing."""

    template_name = "blueprints/compliance/site.html"
    header_icon = "clipboard-list"

    @cached_property
    def site(self) -> Any:
        """The site that the address names. Raises Http404."""
        found = list_sites().filter(schema_name=self.kwargs["schema_name"]).first()
        if found is None:
            raise Http404
        return dress(found)

    def get_page_title(self) -> str:
        """Its name."""
        return str(self.site.name)

    def get_trail(self) -> list[tuple[str, str]]:
        """The list."""
        return [(reverse(COMPLIANCE), "合规")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the last comparison found."""
        return super().get_context_data(
            site=self.site,
            row=find_row(self.site),
            findings=read_findings(find_row(self.site)),
            latest=find_latest_release(self.site.kind),
            update_url=reverse(NEW, query={"kind": self.site.kind, "site": self.site.schema_name}),
            may_write=self.may_write(),
            **kwargs,
        )


class CompareScreen(ConsoleScreen):
    """Compare one site now, or queue the comparison of all."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Back to where the button is."""
        schema = request.POST.get("site", "")
        if schema:
            site = list_sites().filter(schema_name=schema).first()
            if site is None:
                raise Http404
            with enter_site(site):
                compare_current_site()
            messages.success(request, f"已核对“{site.short_name}”。")
            return redirect(SITE, schema)
        queued = defer_for_sites(compare_with_release)
        messages.success(request, f"已安排核对 {len(queued)} 个网站，稍后刷新本页查看。")
        return redirect(COMPLIANCE)


class RepairScreen(ConsoleScreen):
    """Plan to bring drifted sites back to the release that each is on: one site, or all of a kind."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """To the plan; or back, with the reason."""
        sites = self._list_sites()
        groups = group_by_release(sites)
        if not groups:
            messages.warning(request, "没有需要修复的网站。")
            return redirect(COMPLIANCE)
        try:
            planned: list[Rollout] = [
                plan_rollout(release, group, kind=RolloutKind.REPAIR, note="修复偏离", acting_user=self.acting_user)
                for release, group in groups.items()
            ]
        except RolloutRefused as refusal:
            messages.error(request, f"未能计划修复。{refusal}")
            return redirect(COMPLIANCE)
        messages.success(request, "已计划修复，各网站还没有任何更改。请看过差异后再开始。")
        return redirect(ROLLOUT, planned[0].pk) if len(planned) == 1 else redirect(ROLLOUTS)

    def _list_sites(self) -> list[Organisation]:
        schema, kind = self.request.POST.get("site", ""), self.request.POST.get("kind", "")
        if schema:
            return list(list_sites().filter(schema_name=schema))
        if kind not in SiteKind.values:
            raise Http404
        return list(list_sites().filter(kind=kind, condition=Condition.DRIFTED))


class ChartScreen(ConsoleScreen):
    """The chart; `narrow=1` for telephones."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """SVG, for an `<img>`."""
        return answer_chart(draw_conditions(count_by_kind(), is_narrow="narrow" in request.GET))
