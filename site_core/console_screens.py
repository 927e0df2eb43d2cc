"""What all screens of the console have in common: who gets in, who may write, and the way back."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.generic import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from accounts.models import Role, User
from accounts.permissions import user_has_role
from site_core.console import ALL_ROLES

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class ConsoleScreen(WagtailAdminTemplateMixin, View):
    """For people with one of `roles`; for all others it does not exist. What is posted needs one of `writing_roles`.

    Put its address into `console.console_addresses`, so that it exists on the city's site only.
    """

    roles: frozenset[str] = ALL_ROLES
    writing_roles: frozenset[str] = frozenset({Role.PLATFORM_ADMIN})
    header_icon = "site"
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Raises Http404 for strangers, PermissionDenied for readers who write."""
        if not user_has_role(self.acting_user, *self.roles):
            raise Http404
        if request.method not in SAFE_METHODS and not self.may_write():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def acting_user(self) -> User:
        """The person of the request; the admin lets nobody else in."""
        return cast(User, self.request.user)

    def may_write(self) -> bool:
        """Whether the person may post here."""
        return user_has_role(self.acting_user, *self.writing_roles)

    def get_trail(self) -> list[tuple[str, str]]:
        """(address, name) of what stands between the console and this screen."""
        return []

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Home, console, the trail, here."""
        trail = [(reverse("site_core_console"), "网站群"), *self.get_trail()]
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, *({"url": url, "label": label} for url, label in trail), here]
