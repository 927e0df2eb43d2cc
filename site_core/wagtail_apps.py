"""Wagtail's own apps, with our view sets in place of those that know persons instead of memberships."""

from wagtail.users.apps import WagtailUsersAppConfig


class MembersConfig(WagtailUsersAppConfig):
    """User screens that edit memberships of this site, and show its roles."""

    user_viewset = "site_core.member_views.MemberViewSet"
    group_viewset = "site_core.member_views.RoleViewSet"
