"""The calendar of publications in the admin."""

from typing import Any

from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from site_core.publication_calendar import get_month, read_month


class PublicationCalendar(WagtailAdminTemplateMixin, TemplateView):
    """A month of this site's publications; `?month=2026-11`."""

    page_title = "发布日历"
    header_icon = "calendar"
    template_name = "site_core/dashboard/calendar.html"
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """The way to here."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds `month`."""
        month = get_month(read_month(self.request.GET.get("month", "")))
        return {**super().get_context_data(**kwargs), "month": month}
