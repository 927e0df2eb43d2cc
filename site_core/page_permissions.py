"""What a person may do with a page: Wagtail's questions, answered for a site where nobody holds the right to publish.

Publishing follows from the place: where no review is asked for, whoever may add and change pages may publish; elsewhere
only the finish of a review publishes (`review`). What a blueprint locks is offered to nobody. Wagtail's policy registry
asks nothing per page, so the answers stand here (`Page.permissions_for_user`).
"""

from collections.abc import Callable
from typing import Any

from wagtail.models import Page, PagePermissionTester
from wagtail.permission_policies.pages import PagePermissionPolicy

from accounts.requests import keep_for_request
from site_core.locks import Lock

LOCKED_PLACES = "locked_places"
_ADDRESS = frozenset({Lock.EXISTENCE, Lock.PLACE, Lock.SLUG})

Steps = tuple[str, ...]
_list_steps: list[Callable[[Page], Steps]] = []


def ask_steps_of(function: Callable[[Page], Steps]) -> None:
    """Register who knows the steps of review that a page takes. There is one; without it nothing is reviewed."""
    _list_steps[:] = [function]


def list_steps(page: Page) -> Steps:
    """Groups that must approve before the page, or one below it, becomes public; () where it is published without review."""
    return _list_steps[0](page) if _list_steps else ()


class SitePagePermissionTester(PagePermissionTester):
    """Wagtail's, with the review of the place and the locks of the blueprint."""

    def __init__(self, user: Any, page: Page) -> None:
        super().__init__(user, page)
        self.steps = list_steps(page)
        self.permissions = set(getattr(self, "permissions", ())) - {"publish"}
        if not self.steps and {"add", "change"} <= self.permissions:
            self.permissions.add("publish")

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """Not what must exist, nor what stands above it."""
        return super().can_delete(ignore_bulk) and not self._is_held({Lock.EXISTENCE})

    def can_unpublish(self) -> bool:
        """Where a review published, a withdrawal with its reason takes back (`review`)."""
        return super().can_unpublish() and not self._is_held({Lock.EXISTENCE})

    def can_set_view_restrictions(self) -> bool:
        """Where review is asked for, the change of privacy goes through it."""
        return super().can_set_view_restrictions() and not self._is_held({Lock.EXISTENCE})

    def can_unschedule(self) -> bool:
        """It keeps from the public what was approved: that needs no second approval."""
        return bool(self.can_edit())

    def can_reorder_children(self) -> bool:
        """Order is the site administrator's, review or not: nothing becomes public by it."""
        return super().can_reorder_children() or bool(self.user.is_active and "lock" in self.permissions)

    def can_move(self) -> bool:
        """What is public moves by those who could publish it, or by the site administrator; what is locked stays."""
        if not self.can_edit() or self._is_held(_ADDRESS):
            return False
        may_move_public = bool({"publish", "bulk_delete"} & self.permissions)
        return may_move_public or not self.page.get_descendants(inclusive=True).live().exists()

    def can_move_to(self, destination: Page) -> bool:
        """What is public goes only where nothing more would have been asked of it."""
        if self.page == destination or destination.is_descendant_of(self.page) or not self.can_move():
            return False
        if self.page.is_child_of(destination):
            return True  # a matter of order alone
        if not self.page.specific.can_move_to(destination):
            return False
        there = destination.permissions_for_user(self.user)
        if "add" not in there.permissions:
            return False
        is_public = self.page.get_descendants(inclusive=True).live().exists()
        return not is_public or not there.steps or there.steps == self.steps

    def _is_held(self, locks: set[Lock] | frozenset[Lock]) -> bool:
        """Whether the page, or one below it, has one of the locks."""
        places = keep_for_request(LOCKED_PLACES, _list_locked_places)
        return any(path.startswith(self.page.path) and locks & held for path, held in places)


class SitePagePermissionPolicy(PagePermissionPolicy):
    """Wagtail's, where it asks of no page in particular whether somebody may publish: perhaps, if they may write.

    Each page is then asked for itself; nobody has the right in any group.
    """

    def user_has_permission(self, user: Any, action: str) -> bool:
        """For `publish` whether the person may change pages."""
        return bool(super().user_has_permission(user, _ask_instead(action)))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """The same for several."""
        return bool(super().user_has_any_permission(user, {_ask_instead(action) for action in actions}))

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> Any:
        """Pages that a list is made of (“长期未更新”); what may be done with each is asked of the page."""
        return super().instances_user_has_any_permission_for(user, {_ask_instead(action) for action in actions})


def _ask_instead(action: str) -> str:
    return "change" if action == "publish" else action


def _list_locked_places() -> list[tuple[str, frozenset[str]]]:
    from site_core.models import BasePage

    rows = BasePage.objects.exclude(locks=[]).values_list("path", "locks")
    return [(path, frozenset(locks)) for path, locks in rows]


def permissions_for_user(page: Page, user: Any) -> SitePagePermissionTester:
    """Stands in the place of Wagtail's `Page.permissions_for_user`: many views ask the generic page."""
    return SitePagePermissionTester(user, page)
