"""The screen 边缘节点 of the centre's console, for platform administrators."""

from typing import Any

from django.urls import URLResolver, path
from django.views.generic import TemplateView
from wagtail import hooks

from accounts.models import Role
from delivery.edge.selectors import list_node_states
from site_core.console import console_addresses, register_panel
from site_core.console_screens import ConsoleScreen

_ROLES = frozenset({Role.PLATFORM_ADMIN})

register_panel(
    key="edge",
    label="边缘节点",
    url_name="delivery_edge",
    order=180,
    roles=_ROLES,
    icon="globe",
    description="各 Varnish 节点能否收到“内容已变更”的通知，失联的节点恢复后是否已清空。",
)


class NodesScreen(ConsoleScreen, TemplateView):
    """Each node, how it is and since when."""

    roles = _ROLES
    template_name = "delivery/console/nodes.html"
    page_title = "边缘节点"
    header_icon = "globe"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The nodes."""
        return super().get_context_data(nodes=list_node_states(), **kwargs)


@hooks.register("register_admin_urls")
def add_edge_urls() -> list[URLResolver]:
    """`/admin/console/edge/`, which exists on the city's site only."""
    return [console_addresses([path("edge/", NodesScreen.as_view(), name="delivery_edge")])]
