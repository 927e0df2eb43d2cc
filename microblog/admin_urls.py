"""Addresses below `/admin/microblog/`."""

from django.urls import URLPattern, path

from microblog import account_views, compose_views, outbox_views, rule_views, statistics_views, weibo_connecting
from microblog.screens import ACCOUNTS, OUTBOX, RULES, STATISTICS

_ACCOUNT = "microblog/accounts/<int:account_id>/"
_DEEDS = {
    "secrets": account_views.SecretsView,
    "signing-secret": account_views.SigningSecretView,
    "state": account_views.StateView,
    "disconnect": account_views.DisconnectView,
    "resume": account_views.ResumeView,
    "check": account_views.CheckView,
    "connect": weibo_connecting.ConnectView,
}


def list_urls() -> list[URLPattern]:
    """All of them."""
    return [
        path("microblog/write/", compose_views.WriteView.as_view(), name="microblog_write"),
        path("microblog/measure/", compose_views.MeasureView.as_view(), name="microblog_measure"),
        path("microblog/outbox/", outbox_views.OutboxScreen.as_view(), name=OUTBOX),
        path(
            "microblog/outbox/results/", outbox_views.OutboxScreen.as_view(results_only=True), name=f"{OUTBOX}_results"
        ),
        path("microblog/outbox/<int:delivery_id>/", outbox_views.DeliveryScreen.as_view(), name=outbox_views.DELIVERY),
        path(
            "microblog/outbox/<int:delivery_id>/decide/", outbox_views.DecisionView.as_view(), name=f"{OUTBOX}_decide"
        ),
        path("microblog/accounts/", account_views.AccountListScreen.as_view(), name=ACCOUNTS),
        path("microblog/accounts/new/", account_views.NewAccountScreen.as_view(), name=account_views.NEW),
        path(_ACCOUNT, account_views.AccountScreen.as_view(), name=account_views.ACCOUNT),
        *(
            path(f"{_ACCOUNT}{name}/", view.as_view(), name=f"{ACCOUNTS}_{name.replace('-', '_')}")
            for name, view in _DEEDS.items()
        ),
        path("microblog/callback/weibo/", weibo_connecting.CallbackView.as_view(), name=weibo_connecting.CALLBACK),
        path("microblog/rules/", rule_views.RuleListScreen.as_view(), name=RULES),
        path("microblog/rules/new/", rule_views.NewRuleScreen.as_view(), name=rule_views.NEW),
        path("microblog/rules/<int:rule_id>/", rule_views.EditRuleScreen.as_view(), name=rule_views.RULE),
        path("microblog/rules/<int:rule_id>/delete/", rule_views.DeleteRuleScreen.as_view(), name=rule_views.DELETE),
        path("microblog/statistics/", statistics_views.StatisticsScreen.as_view(), name=STATISTICS),
        path("microblog/statistics/<str:chart>.svg", statistics_views.ChartView.as_view(), name=statistics_views.CHART),
        path("microblog/statistics/download/", statistics_views.DownloadView.as_view(), name=statistics_views.DOWNLOAD),
    ]
