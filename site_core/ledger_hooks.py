"""The ledger in the admin: the site's own among its reports, all of them in the centre's console. By `wagtail_hooks`."""

from django.http import HttpRequest
from django.urls import URLPattern, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from accounts.ledger_labels import register_action_labels
from site_core.console import register_panel
from site_core.ledger_views import LEDGER_ROLES, site_urls
from site_core.roles import VIEW_LEDGER

register_action_labels(
    {
        "page.published": "发布页面",
        "page.changed": "修改已发布页面",
        "page.moved": "移动页面",
        "page.withdrawn": "撤回页面",
        "page.deleted": "删除页面",
        "page.restricted": "限制页面访问",
        "page.opened": "取消页面访问限制",
        "page.backdated": "提前页面发布时间",
    }
)
register_panel(
    key="ledger",
    label="账册",
    url_name="site_core_console_ledger",
    order=200,
    roles=LEDGER_ROLES,
    icon="history",
    description="各网站和平台的操作记录：查询、校验、下载。",
)


@hooks.register("register_admin_urls")
def add_ledger_urls() -> list[URLPattern]:
    """The site's own ledger at `/admin/ledger/`."""
    return site_urls("ledger/")


class LedgerMenuItem(MenuItem):
    """Shown to whoever may see the ledger of this site."""

    def is_shown(self, request: HttpRequest) -> bool:
        """By permission."""
        return request.user.has_perm(VIEW_LEDGER)


@hooks.register("register_reports_menu_item")
def add_ledger_to_reports() -> MenuItem:
    """Reports > 账册."""
    return LedgerMenuItem("账册", reverse("site_core_ledger"), name="ledger", icon_name="history", order=1000)
