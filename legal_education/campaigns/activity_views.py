"""The ledger of activities in a site's admin: list with filters, form, removal, the table as a file."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.admin.widgets.button import HeaderButton

from legal_education.campaigns.activity_actions import remove_activity
from legal_education.campaigns.activity_selectors import list_activities, sum_up
from legal_education.campaigns.calendar import name_campaigns
from legal_education.campaigns.forms import ActivityEntryForm, ActivityFilterSet
from legal_education.campaigns.models import Activity
from legal_education.campaigns.screens import ACTIVITIES, CampaignsScreen
from legal_education.campaigns.tables import answer_file
from tenants.current import current_site

NEW, EDIT, DELETE, DOWNLOAD = (f"{ACTIVITIES}_{name}" for name in ("new", "edit", "delete", "download"))
HEADINGS = ("日期", "主题", "地点", "所属活动", "主要对象", "形式", "参加人数", "发放资料（份）", "公开", "活动情况")
_ROWS = 30


class ActivityListScreen(CampaignsScreen, BaseListingView):
    """All activities of the site, latest first."""

    page_title = "普法活动"
    template_name = "legal_campaigns/admin/index.html"
    results_template_name = "legal_campaigns/admin/results.html"
    index_url_name = ACTIVITIES
    index_results_url_name = f"{ACTIVITIES}_results"
    filterset_class = ActivityFilterSet
    is_searchable = True
    search_fields = ("theme", "place", "summary")
    paginate_by = _ROWS
    verbose_name_plural = "普法活动"

    def get_trail(self) -> list[tuple[str, str]]:
        """Stands by itself."""
        return []

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """To add one, and to take the list away as it is filtered."""
        query = self.request.GET.copy()
        buttons = [HeaderButton("登记活动", url=reverse(NEW), icon_name="plus", priority=1)]
        for place, (form, label) in enumerate((("xlsx", "导出 Excel"), ("csv", "导出 CSV")), 2):
            query["as"] = form
            buttons.append(
                HeaderButton(
                    label, url=f"{reverse(DOWNLOAD)}?{query.urlencode()}", icon_name="download", priority=place
                )
            )
        return buttons

    def get_base_queryset(self) -> Any:
        """Of this site."""
        return list_activities()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds `rows` with the campaign's name, and the totals of what is found."""
        context = super().get_context_data(**kwargs)
        names = name_campaigns()
        rows = [(each, names.get(each.campaign, each.campaign)) for each in context["object_list"]]
        return {**context, "rows": rows, "totals": sum_up(self.get_queryset().prefetch_related(None))}


class DownloadView(CampaignsScreen):
    """The list as a file, filtered as it was."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """CSV, or a workbook."""
        found = ActivityFilterSet(request.GET, queryset=Activity.objects.all(), request=request).qs
        names = name_campaigns()
        name = f"activities-{current_site().schema_name}-{timezone.localdate():%Y%m%d}"
        rows = [_make_row(each, names) for each in found]
        return answer_file(request.GET.get("as", ""), name, HEADINGS, rows, "普法活动")


def _make_row(each: Activity, names: dict[str, str]) -> tuple[Any, ...]:
    return (
        *(each.held_on, each.theme, each.place, names.get(each.campaign, each.campaign)),
        *(each.get_audience_display(), each.get_form_display(), each.people, each.materials),
        *("是" if each.is_public else "否", each.summary),
    )


class ActivityFormScreen(CampaignsScreen, TemplateView):
    """An activity's form."""

    template_name = "legal_campaigns/admin/form.html"

    @cached_property
    def activity(self) -> Activity | None:
        """The activity, None for a new one."""
        return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form; a new one may be opened for a campaign (`?campaign=`)."""
        if "form" not in kwargs:
            kwargs["form"] = ActivityEntryForm.for_activity(self.activity)
            kwargs["form"].initial.setdefault("campaign", "")
            if self.activity is None:
                kwargs["form"].initial["campaign"] = self.request.GET.get("campaign", "")
        return super().get_context_data(activity=self.activity, back_url=reverse(ACTIVITIES), **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Save it, or say what is wrong."""
        form = ActivityEntryForm.for_activity(self.activity, request.POST)
        activity = form.apply(self.acting_user)
        if activity is None:
            messages.error(request, "未能保存：请查看标出的问题。")
            return self.render_to_response(self.get_context_data(form=form))
        messages.success(request, f"已保存“{activity}”。")
        return redirect(ACTIVITIES)


class NewActivityScreen(ActivityFormScreen):
    """A new activity."""

    page_title = "登记普法活动"


class EditActivityScreen(ActivityFormScreen):
    """An activity that is."""

    page_title = "修改普法活动"

    def get_page_subtitle(self) -> str:
        """Which."""
        return str(self.activity)

    @cached_property
    def activity(self) -> Activity:
        """The activity that the address names. Raises Http404."""
        return get_object_or_404(Activity, pk=self.kwargs["activity_id"])


class DeleteActivityScreen(CampaignsScreen, TemplateView):
    """Ask once more, then remove it."""

    template_name = "legal_campaigns/admin/delete.html"
    page_title = "删除普法活动"

    @cached_property
    def activity(self) -> Activity:
        """The activity that the address names. Raises Http404."""
        return get_object_or_404(Activity, pk=self.kwargs["activity_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The activity."""
        back_url = reverse(EDIT, args=[self.activity.pk])
        return super().get_context_data(activity=self.activity, back_url=back_url, **kwargs)

    def post(self, request: HttpRequest, activity_id: int) -> HttpResponseBase:
        """Remove it."""
        name = str(self.activity)
        remove_activity(self.activity, acting_user=self.acting_user)
        messages.success(request, f"已删除“{name}”。")
        return redirect(ACTIVITIES)
