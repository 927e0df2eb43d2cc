"""Addresses of the console's screens on rollouts and compliance, below `/admin/console/`."""

from django.urls import path

from blueprints import compliance_views as compliance
from blueprints import rollout_views as views

urlpatterns = [
    path("rollouts/", views.RolloutsScreen.as_view(), name=views.ROLLOUTS),
    path("rollouts/results/", views.RolloutsScreen.as_view(results_only=True), name=f"{views.ROLLOUTS}_results"),
    path("rollouts/new/", views.NewRolloutScreen.as_view(), name=views.NEW),
    path("rollouts/<int:number>/", views.RolloutScreen.as_view(), name=views.ROLLOUT),
    path("rollouts/<int:number>/progress/", views.ProgressScreen.as_view(), name=views.PROGRESS),
    path("rollouts/<int:number>/start/", views.StartScreen.as_view(), name=views.START),
    path("rollouts/<int:number>/stop/", views.StopScreen.as_view(), name=views.STOP),
    path("rollouts/<int:number>/sites/<slug:schema_name>/", views.SiteTurnScreen.as_view(), name=views.SITE),
    path(
        "rollouts/<int:number>/sites/<slug:schema_name>/home/<str:when>/",
        views.show_home,
        name=views.HOME,
    ),
    path("compliance/", compliance.ComplianceScreen.as_view(), name=compliance.COMPLIANCE),
    path(
        "compliance/-results/",
        compliance.ComplianceScreen.as_view(results_only=True),
        name=f"{compliance.COMPLIANCE}_results",
    ),
    path("compliance/-compare/", compliance.CompareScreen.as_view(), name=compliance.COMPARE),
    path("compliance/-repair/", compliance.RepairScreen.as_view(), name=compliance.REPAIR),
    path("compliance/-chart.svg", compliance.ChartScreen.as_view(), name=compliance.CHART),
    path("compliance/<slug:schema_name>/", compliance.SiteComplianceScreen.as_view(), name=compliance.SITE),
]
