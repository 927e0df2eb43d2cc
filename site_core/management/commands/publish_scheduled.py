"""`publish_scheduled`: ours in place of Wagtail's, which changes pages outside of any transaction."""

from typing import Any

from django.core.management.base import BaseCommand

from site_core.actions import publish_due
from tenants.current import current_site


class Command(BaseCommand):
    """Runs inside a site: `in_site SCHEMA publish_scheduled`. The worker does the same each minute."""

    help = "发布和下线到期的页面。"
    own_transactions = True

    def handle(self, *args: Any, **options: Any) -> None:
        site = current_site()
        self.stdout.write(f"{site.short_name}：处理 {publish_due()} 个页面。")
