"""What the screens of campaigns have in common: for whoever may not keep the ledger they do not exist, 404."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.generic import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from accounts.models import User
from legal_education.campaigns.permissions import user_can_keep_activities

ACTIVITIES = "campaigns_activities"


class CampaignsScreen(WagtailAdminTemplateMixin, View):
    """A screen below 普法活动."""

    header_icon = "date"
    request: HttpRequest
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Raises Http404."""
        if not user_can_keep_activities(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @property
    def acting_user(self) -> User:
        """The person of the request; the admin lets nobody else in."""
        return cast(User, self.request.user)

    def get_trail(self) -> list[tuple[str, str]]:
        """(name of the address, label) of what stands above this screen."""
        return [(ACTIVITIES, "普法活动")]

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Home, the trail, here."""
        here = {"url": "", "label": str(self.get_page_title()), "sublabel": str(self.get_page_subtitle())}
        trail = [{"url": reverse(name), "label": label} for name, label in self.get_trail()]
        return [*self.breadcrumbs_items, *trail, here]
