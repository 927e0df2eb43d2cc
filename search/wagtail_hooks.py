"""Search in the centre's console."""

from django.urls import URLResolver
from wagtail import hooks

from site_core.console import console_addresses, register_panel

register_panel(
    key="search",
    label="搜索",
    url_name="search_console",
    order=150,
    icon="search",
    description="读者在搜什么、什么没有搜到；同义词、法律简称、专业词、推荐结果和热门搜索；标题自检与查询分析。",
)


@hooks.register("register_admin_urls")
def add_search_urls() -> list[URLResolver]:
    """`/admin/console/search-…/`, which exist on the city's site only."""
    from search.console_urls import urlpatterns

    return [console_addresses(urlpatterns)]
