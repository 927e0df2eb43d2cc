"""Addresses about one's own account on a site. They stand before Wagtail's, and take the place of some of them."""

from django.urls import path
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access

from accounts.views import first_password
from site_core import account_views as views

urlpatterns = [
    path("admin/login/", never_cache(views.SiteLoginView.as_view()), name="wagtailadmin_login"),
    path("admin/first-password/", never_cache(first_password), name="accounts_first_password"),
    path(
        "admin/password_reset/",
        never_cache(views.SitePasswordResetView.as_view()),
        name="wagtailadmin_password_reset",
    ),
    path(
        "admin/password_reset/confirm/<uidb64>/<token>/",
        views.SitePasswordResetConfirmView.as_view(),
        name="wagtailadmin_password_reset_confirm",
    ),
    path("admin/account/", require_admin_access(views.AccountView.as_view()), name="wagtailadmin_account"),
    path(
        "admin/account/sessions/",
        require_admin_access(views.OwnSessionsView.as_view()),
        name="site_core_own_sessions",
    ),
    path(
        "admin/account/email/<str:token>/",
        require_admin_access(views.ConfirmEmailView.as_view()),
        name="site_core_confirm_email",
    ),
    path("admin/enter/<str:token>/", never_cache(views.enter), name="site_core_enter"),
    path("invitation/<str:token>/", never_cache(views.invitation), name="site_core_invitation"),
]
