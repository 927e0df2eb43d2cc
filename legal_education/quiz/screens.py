"""What the admin screens of quizzes have in common. For whoever may not see them they do not exist: 404."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.generic import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from accounts.models import User

from .permissions import user_can_prepare, user_can_run

QUIZZES, BANK = "quiz_admin", "quiz_bank"


class QuizScreen(WagtailAdminTemplateMixin, View):
    """A screen below 答题."""

    header_icon = "form"
    request: HttpRequest
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """For editors and administrators of the site."""
        if not user_can_prepare(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @property
    def acting_user(self) -> User:
        """The person of the request; the admin lets nobody else in."""
        return cast(User, self.request.user)

    @property
    def may_run(self) -> bool:
        """Whether the person publishes, draws and exports."""
        return user_can_run(self.acting_user)

    def get_trail(self) -> list[tuple[str, str]]:
        """(address, name) of what stands between 答题 and here."""
        return []

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Home, 答题, what is between, here."""
        trail = [(reverse(QUIZZES), "答题"), *self.get_trail(), ("", str(self.get_page_title()))]
        return [*self.breadcrumbs_items, *({"url": url, "label": label} for url, label in trail)]
