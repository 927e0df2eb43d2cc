"""What the microblog's screens have in common: for whom they exist, and the way back."""

from collections.abc import Callable
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from accounts.models import User

OUTBOX, ACCOUNTS, RULES, STATISTICS = (
    "microblog_outbox",
    "microblog_accounts",
    "microblog_rules",
    "microblog_statistics",
)


class GuardedView(View):
    """For whoever `allows` lets in; for all others it does not exist: Http404."""

    allows: "staticmethod[[Any], bool]"
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Raises Http404."""
        if not self.allows(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @property
    def acting_user(self) -> User:
        """The person of the request; the admin lets nobody else in."""
        return cast(User, self.request.user)


class MicroblogScreen(WagtailAdminTemplateMixin, GuardedView):
    """A screen in the admin's dress."""

    _show_breadcrumbs = True

    def get_trail(self) -> list[tuple[str, str]]:
        """(name of the address, label) of what stands above this screen."""
        return []

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Home, the trail, here."""
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        trail = [{"url": reverse(name), "label": label} for name, label in self.get_trail()]
        return [*self.breadcrumbs_items, *trail, here]

    def carry_out(self, action: Callable[[], Any], done: str) -> bool:
        """Whether the action was carried out; the person is told either way."""
        try:
            action()
        except ValidationError as problem:
            messages.error(self.request, problem.messages[0])
            return False
        except ValueError as refusal:
            messages.error(self.request, str(refusal))
            return False
        messages.success(self.request, done)
        return True
