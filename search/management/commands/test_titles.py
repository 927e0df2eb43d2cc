"""`test_titles [--all]`: the self-test of search, now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from search.models import TitleTest
from search.title_test import SAMPLE, run_title_test


class Command(BaseCommand):
    """What failed is listed, and stands in the console until the next run."""

    help = "标题自检：以已发布内容的标题搜索，首页须有该标题。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="测试全部标题，而不是每站抽样。")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 1 where a title does not find itself."""
        result = run_title_test(None if options["all"] else SAMPLE)
        for failure in TitleTest.objects.select_related("site"):
            self.stdout.write(f"{failure.site.schema_name} {failure.url_path} {failure.title}")
        self.stdout.write(f"测试 {result.tried} 个标题，{result.failed} 个未通过。")
        if result.failed:
            raise SystemExit(1)
