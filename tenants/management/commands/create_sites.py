"""`create_sites FILE.toml`: make all sites of a roster; goes on from where it stopped."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.models import Organisation
from tenants.progress import progress_bar
from tenants.provisioning import SiteRefused, SiteUnsound, create_site
from tenants.roster import RosterProblem, RosterRow, read_roster


class Command(BaseCommand):
    """Each site is made in a transaction of its own; a bad row is reported by its line and costs only itself."""

    help = "按名册建立网站。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="以 JSON 输出结果。")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 0 only if every row of the roster is a site afterwards."""
        try:
            rows = read_roster(options["file"])
        except RosterProblem as error:
            raise CommandError(str(error)) from error
        result: dict[str, Any] = {"created": [], "existing": [], "failed": {}}
        with progress_bar("建立网站", len(rows), quiet=options["json"]) as advance:
            for row in rows:
                self._create(row, result)
                advance()
        self._report(result, options["json"])

    def _create(self, row: RosterRow, result: dict[str, Any]) -> None:
        if row.order is None:
            result["failed"][row.line] = row.problem
        elif Organisation.objects.filter(schema_name=row.order.schema_name).exists():
            result["existing"].append(row.order.schema_name)
        else:
            try:
                create_site(row.order)
                result["created"].append(row.order.schema_name)
            except (SiteRefused, SiteUnsound) as error:
                result["failed"][row.line] = str(error)

    def _report(self, result: dict[str, Any], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            for line, problem in result["failed"].items():
                self.stderr.write(f"第 {line} 行：{problem}")
            counts = [len(result[key]) for key in ("created", "existing", "failed")]
            self.stdout.write("新建 {} 个网站，已有 {} 个，失败 {} 个。".format(*counts))
        if result["failed"]:
            raise CommandError(f"{len(result['failed'])} 行未能建立网站。")
