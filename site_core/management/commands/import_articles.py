"""`import_articles FILE --site S --column SLUG`: articles from JSON lines or CSV (schema: `site_core.importing.rows`)."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from site_core.article_import import ArticleImport, ImportReport, ImportStopped
from site_core.importing.files import ImportFileProblem, count_lines
from site_core.importing.rows import read_rows
from site_core.models import ColumnPage
from site_core.selectors import get_column
from tenants.current import enter_site
from tenants.models import Organisation
from tenants.progress import progress_bar


class Command(BaseCommand):
    """Exit status 0 only if every line is on the site afterwards; a second run goes on where the first stopped."""

    help = "导入文章。"
    own_transactions = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--site", required=True, help="网站的模式名")
        parser.add_argument("--column", required=True, help="栏目网址（slug）")
        parser.add_argument("--flat", action="store_true", help="不按类别分到下级栏目。")
        parser.add_argument("--strict", action="store_true", help="遇到错误的行即停止。")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出结果。")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with enter_site(options["site"]):
                report = self._import(options)
        except Organisation.DoesNotExist as error:
            raise CommandError(f"没有网站“{options['site']}”。") from error
        except ColumnPage.DoesNotExist as error:
            raise CommandError(f"网站“{options['site']}”没有栏目“{options['column']}”。") from error
        except (ImportFileProblem, ImportStopped) as error:
            raise CommandError(str(error)) from error
        self._print(report, options["json"])
        if report.problems:
            raise CommandError(f"{len(report.problems)} 行未能导入。")

    def _import(self, options: dict[str, Any]) -> ImportReport:
        run = ArticleImport(get_column(options["column"]), by_category=not options["flat"], strict=options["strict"])
        total = count_lines(options["file"])
        with progress_bar("导入文章", total, quiet=options["json"]) as advance:
            return run.run(read_rows(options["file"]), advance)

    def _print(self, report: ImportReport, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report.__dict__, ensure_ascii=False))
            return
        for line, reason in sorted((report.duplicates | report.problems).items()):
            self.stderr.write(f"第 {line} 行：{reason}")
        numbers = (report.imported, report.existing, len(report.duplicates), len(report.problems))
        self.stdout.write("导入 {} 篇，已有 {} 篇，重复 {} 行，错误 {} 行。".format(*numbers))
