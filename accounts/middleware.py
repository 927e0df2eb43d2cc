"""Who is behind a request, for the ledger; and the first duty of whoever signed in with a given password."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from .requests import RequestOrigin, client_address, reset_origin, set_origin

_NEEDED_BY_THE_FORM = ("wagtailadmin_logout", "wagtailadmin_javascript_catalog", "wagtailadmin_sprite")


class ActorMiddleware:
    """Keep person, address and request id at hand, and send whoever must change the password to that form first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """See the class."""
        origin = RequestOrigin(_LazyUser(request), client_address(request), getattr(request, "request_id", ""))
        token = set_origin(origin)
        try:
            return _send_to_password_form(request) or self.get_response(request)
        finally:
            reset_origin(token)


class _LazyUser:
    """The request's person, asked for only when the ledger is written: public pages need no session."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    def get(self) -> object:
        """The signed-in person or None."""
        user = getattr(self._request, "user", None)
        return user if user is not None and user.is_authenticated else None


def _send_to_password_form(request: HttpRequest) -> HttpResponseBase | None:
    if not request.path.startswith("/admin/"):
        return None
    form = reverse("accounts_first_password")
    if request.path in {form, *(reverse(name) for name in _NEEDED_BY_THE_FORM)}:
        return None
    user = request.user
    return redirect(form) if user.is_authenticated and user.must_change_password else None
