"""Rollouts and compliance in the centre's console. By `wagtail_hooks`."""

from django.urls import URLResolver
from wagtail import hooks

from site_core.console import console_addresses, register_panel

register_panel(
    key="rollouts",
    label="推行",
    url_name="blueprints_rollouts",
    order=122,
    icon="resubmit",
    description="把蓝图版本带到各网站：计划差异，试点，分批推行，停止与继续，回退。",
)
register_panel(
    key="compliance",
    label="合规",
    url_name="blueprints_compliance",
    order=124,
    icon="tick-inverse",
    description="各网站与蓝图是否一致：待更新、有偏离、受阻的网站，核对与修复。",
)


@hooks.register("register_admin_urls")
def add_rollout_urls() -> list[URLResolver]:
    """`/admin/console/rollouts/` and `/admin/console/compliance/`, which exist on the city's site only."""
    from blueprints.rollout_urls import urlpatterns

    return [console_addresses(urlpatterns)]
