"""Doors of publication that pass through no form of a page: bulk publication, and the API's publish action.

The editor's form asks the checks itself (`page_forms`). What is due by schedule was asked when it was scheduled, and
imports and commands are no editors: neither is stopped here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.admin.views.pages.bulk_actions import PublishBulkAction
from wagtail.models import Page

from site_core.publication_checks import Finding, list_obstacles


@dataclass(frozen=True)
class Refused:
    """A page that may not be published, and why."""

    page: Page
    obstacles: list[Finding]


def list_refused(pages: Iterable[Page]) -> list[Refused]:
    """Those of the pages whose latest drafts may not be published."""
    asked = ((page, list_obstacles(page.get_latest_revision_as_object())) for page in pages)
    return [Refused(page, obstacles) for page, obstacles in asked if obstacles]


class CheckedBulkPublication(PublishBulkAction):
    """Wagtail's, which says before it is confirmed what it will not publish and why, and then leaves that out."""

    template_name = "site_core/editing/bulk_publish.html"

    def get_actionable_objects(self) -> tuple[list[Page], dict[str, Any]]:
        """Pages that may be published; with the others, by reason."""
        pages, others = super().get_actionable_objects()
        self.refused = list_refused(pages)
        kept_back = {each.page.pk for each in self.refused}
        return [page for page in pages if page.pk not in kept_back], {**others, "refused": self.refused}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds `refused_below`: drafts below the pages that may not be published either."""
        context = super().get_context_data(**kwargs)
        below = (page for item in context["items"] for page in _list_drafts_below(item["item"]))
        return {**context, "refused_below": list_refused(below)}

    @classmethod
    def execute_action(
        cls, objects: list[Page], include_descendants: bool = False, user: Any = None, **kwargs: Any
    ) -> tuple[int, int]:
        """Publish the pages, and below them what may be; returns how many of each."""
        count, _ = super().execute_action(objects, include_descendants=False, user=user)
        below = [draft for page in objects for draft in _list_drafts_below(page)] if include_descendants else []
        kept_back = {each.page.pk for each in list_refused(below)}
        allowed = [
            draft for draft in below if draft.pk not in kept_back and draft.permissions_for_user(user).can_publish()
        ]
        return count, super().execute_action(allowed, user=user)[0]


def _list_drafts_below(page: Page) -> list[Page]:
    return list(page.get_descendants().not_live().specific())


class CheckedPublication(PublishPageRevisionAction):
    """The API's publish action. It cannot be told that numbers were looked at: that is done in the admin."""

    def check(self, skip_permission_checks: bool = False) -> None:
        """Raises ValidationError with what stands in the way."""
        super().check(skip_permission_checks)
        obstacles = list_obstacles(self.object)
        if obstacles:
            raise ValidationError([f"{each.where}：{each.text}" for each in obstacles])
