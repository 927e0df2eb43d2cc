"""placeholder"""

from wagtail.users.views.groups import GroupViewSet as RoleViewSet  # noqa
from wagtail.users.views.users import UserViewSet as MemberViewSet  # noqa
