"""Screens about one's own account: lock-out, first password."""

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from .ledger import record


def locked_out(request: HttpRequest, credentials: dict[str, Any] | None = None, *args: Any, **kwargs: Any) -> HttpResponse:
    """429 after too many failures; the same words whether or not the account exists."""
    record("account.locked_out", detail={"username": str((credentials or {}).get("username", ""))[:60]})
    return render(request, "accounts/locked_out.html", status=429)


@login_required
def first_password(request: HttpRequest) -> HttpResponse:
    """A password of one's own, in place of the one that was given."""
    form = SetPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = form.save(commit=False)
        user.must_change_password, user.password_changed_at = False, timezone.now()
        user.save(update_fields=["password", "must_change_password", "password_changed_at"])
        update_session_auth_hash(request, user)
        record("account.password_changed", user, user)
        return redirect("wagtailadmin_home")
    return render(request, "accounts/first_password.html", {"form": form})
