"""Blueprints in the centre's console."""

from django.urls import URLResolver
from wagtail import hooks

from blueprints import rollout_hooks, site_hooks  # noqa: F401 - they register themselves
from site_core.console import console_addresses, register_panel

register_panel(
    key="blueprints",
    label="蓝图",
    url_name="blueprints_console",
    order=120,
    icon="clipboard-list",
    description="每一类网站必须有哪些栏目、首页怎样组成、用什么外观、怎样审核：编辑草稿，发布版本，导入和导出。",
)


@hooks.register("register_admin_urls")
def add_blueprint_urls() -> list[URLResolver]:
    """`/admin/console/blueprints/`, which exists on the city's site only."""
    from blueprints.console_urls import urlpatterns

    return [console_addresses(urlpatterns)]
