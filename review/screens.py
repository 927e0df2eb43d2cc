"""What the screens of review have in common. What a person has no part in does not exist for them: 404."""

from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.views.generic import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from accounts.models import User
from review.models import ReviewRound
from review.screen_selectors import label_place
from review.selectors import list_people_of_step

INBOX, ROUND, RULES = "review_inbox", "review_round", "review_rules"
NOT_NOW = "这一步已经处理，或不由您审核。"


class ReviewScreen(WagtailAdminTemplateMixin, View):
    """What the screens have in common."""

    header_icon = "glasses"
    request: HttpRequest
    _show_breadcrumbs = True

    @property
    def acting_user(self) -> User:
        """The person of the request; the admin lets nobody else in."""
        return cast(User, self.request.user)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Home, inbox, here."""
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, {"url": reverse(INBOX), "label": "审核"}, here]


def tell_waiting(round: ReviewRound) -> str:
    """“等待一审（2 人可审）”."""
    count = len(list_people_of_step(round))
    return f"{label_place(round)}（{f'{count} 人可审' if count else '现在没有人可审，请联系网站管理员'}）"
