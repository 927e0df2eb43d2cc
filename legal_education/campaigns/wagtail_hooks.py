"""Campaigns in Wagtail's admin: the ledger of activities, the dashboard, the centre's console."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from legal_education.campaigns import activity_views as views
from legal_education.campaigns.console_views import CONSOLE, urlpatterns
from legal_education.campaigns.dashboard import add_panel
from legal_education.campaigns.permissions import user_can_keep_activities
from legal_education.campaigns.screens import ACTIVITIES
from legal_education.campaigns.start_views import START, StartView
from site_core.console import console_addresses, register_panel

register_panel(
    key="activities",
    label="普法活动",
    url_name=CONSOLE,
    order=157,
    icon="date",
    description="各网站登记的普法活动：按县区、活动、对象和月份统计，谁还没有报送；普法日历。",
)


class ActivitiesItem(MenuItem):
    """For those who keep the ledger."""

    def is_shown(self, request: HttpRequest) -> bool:
        """By role."""
        return user_can_keep_activities(request.user)


@hooks.register("register_admin_urls")
def add_urls() -> list[URLPattern | URLResolver]:
    """`/admin/activities/…` on every site; `/admin/console/activities/` on the city's only."""
    return [
        path("activities/", views.ActivityListScreen.as_view(), name=ACTIVITIES),
        path("activities/results/", views.ActivityListScreen.as_view(results_only=True), name=f"{ACTIVITIES}_results"),
        path("activities/new/", views.NewActivityScreen.as_view(), name=views.NEW),
        path("activities/download/", views.DownloadView.as_view(), name=views.DOWNLOAD),
        path("activities/<int:activity_id>/", views.EditActivityScreen.as_view(), name=views.EDIT),
        path("activities/<int:activity_id>/delete/", views.DeleteActivityScreen.as_view(), name=views.DELETE),
        path("campaigns/<str:campaign>/<int:year>/start/", StartView.as_view(), name=START),
        console_addresses(urlpatterns),
    ]


@hooks.register("register_admin_menu_item")
def add_menu_item() -> MenuItem:
    """Below the microblog."""
    return ActivitiesItem("普法活动", reverse(ACTIVITIES), name="activities", icon_name="date", order=117)


# After site_core's, which puts its own panels in the place of all others.
@hooks.register("construct_homepage_panels", order=22)
def add_campaigns_panel(request: HttpRequest, panels: list[Any]) -> None:
    """What is to be prepared and reported."""
    add_panel(request.user, panels)


@hooks.register("insert_global_admin_css")
def link_style() -> SafeString:
    """The style of these screens."""
    return format_html('<link rel="stylesheet" href="{}">', static("legal_campaigns/admin.css"))
