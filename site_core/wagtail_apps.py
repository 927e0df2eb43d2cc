"""Wagtail's own apps, with our view sets in place of those that know persons instead of memberships."""

from wagtail.search.apps import WagtailSearchAppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class MembersConfig(WagtailUsersAppConfig):
    """User screens that edit memberships of this site, and show its roles."""

    user_viewset = "site_core.member_views.MemberViewSet"
    group_viewset = "site_core.member_views.RoleViewSet"


class PageSearchConfig(WagtailSearchAppConfig):
    """Wagtail's search without its signals: the backend looks into the tables themselves and keeps no index."""

    def ready(self) -> None:
        """Connect nothing: each save would queue a task that finds nothing to do."""
