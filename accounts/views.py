"""Screens about one's own account: lock-out, first password."""

from typing import Any, cast

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from .forms import NewPasswordForm
from .ledger import record
from .models import User


def locked_out(
    request: HttpRequest,
    response: HttpResponseBase | None = None,
    credentials: dict[str, Any] | None = None,
    **kwargs: Any,
) -> HttpResponse:
    """429 after too many failures; the same words whether or not the account exists. Called by axes."""
    record("account.locked_out", detail={"username": str((credentials or {}).get("username", ""))[:60]})
    seconds = int(settings.AXES_COOLOFF_TIME.total_seconds())
    answer = render(request, "accounts/locked_out.html", {"minutes": seconds // 60}, status=429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


@sensitive_post_parameters()
@login_required
def first_password(request: HttpRequest) -> HttpResponse:
    """A password of one's own, in place of the one that was given; who has one already changes it by the old one."""
    if not cast(User, request.user).must_change_password:
        return redirect("wagtailadmin_account")
    form = NewPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        update_session_auth_hash(request, form.save())
        return redirect("wagtailadmin_home")
    return render(request, "accounts/first_password.html", {"form": form})
