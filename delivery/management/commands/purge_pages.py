"""`purge_pages [TAG …]`: drop pages by hand, after a change that passed by the product (psql, files replaced on the disk)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from delivery.purge import EVERYTHING, purge


class Command(BaseCommand):
    """All pages of all sites, or those with one of the tags."""

    help = "丢弃已缓存的页面（各进程与边缘节点）；不写标签即全部。直接改过数据库之后使用。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("tags", nargs="*", help="标签，如 settings:kongtong；不写即全部。")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        tags = options["tags"] or [EVERYTHING]
        purge(*tags)
        self.stdout.write(f"已通知丢弃：{' '.join(tags)}")
