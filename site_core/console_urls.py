"""Addresses of the console below `/admin/console/`. Schema names have no hyphen, so those that have one are free for screens."""

from django.urls import path

from site_core import console_views as views
from site_core import ledger_views

urlpatterns = [
    path("", views.HomeScreen.as_view(), name="site_core_console"),
    path("sites/", views.SitesScreen.as_view(), name="site_core_console_sites"),
    path("sites/-results/", views.SitesScreen.as_view(results_only=True), name="site_core_console_sites_results"),
    path("sites/-new/", views.NewSiteScreen.as_view(), name="site_core_console_new_site"),
    path("sites/<slug:schema_name>/", views.SiteScreen.as_view(), name="site_core_console_site"),
    path("sites/<slug:schema_name>/details/", views.DetailsScreen.as_view(), name="site_core_console_details"),
    path("sites/<slug:schema_name>/hosts/", views.HostsScreen.as_view(), name="site_core_console_hosts"),
    path("sites/<slug:schema_name>/state/", views.StateScreen.as_view(), name="site_core_console_state"),
    path("sites/<slug:schema_name>/enter/", views.EntryScreen.as_view(), name="site_core_console_enter"),
    *ledger_views.centre_urls("ledger/"),
]
