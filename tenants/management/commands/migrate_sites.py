"""`migrate_sites`: shared schema, golden schema, then every site that is behind."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.connection import connection
from tenants.migration import MigrationReport, migrate_foundation, migrate_sites
from tenants.models import Organisation
from tenants.progress import progress_bar


class Command(BaseCommand):
    """See the module. A site that fails is reported and does not stop the rest; a second run goes on."""

    help = "迁移共享模式、样板模式和所有网站。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--site", action="append", help="只迁移这个网站（可重复）。")
        parser.add_argument("--jobs", type=int, default=0, help="同时迁移的网站数，默认为处理器数。")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出结果。")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 0 only if every schema is up to date afterwards."""
        connection.set_schema_to_public()
        report = migrate_foundation(verbosity=0)
        names = options["site"] or Organisation.objects.schema_names()
        with progress_bar("迁移网站", len(names), quiet=options["json"]) as advance:
            sites = migrate_sites(names, jobs=options["jobs"], progress=lambda name, problem: advance())
        self._report(report, sites, options["json"])
        if sites.failed:
            raise CommandError(f"{len(sites.failed)} 个网站迁移失败：{'、'.join(sites.failed)}")

    def _report(self, foundation: MigrationReport, sites: MigrationReport, as_json: bool) -> None:
        migrated, unchanged = foundation.migrated + sites.migrated, foundation.unchanged + sites.unchanged
        if as_json:
            result = {"migrated": migrated, "unchanged": unchanged, "failed": sites.failed}
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        for name, problem in sites.failed.items():
            self.stderr.write(f"{name}：{problem}")
        self.stdout.write(f"已迁移 {len(migrated)}，无需变动 {len(unchanged)}，失败 {len(sites.failed)}。")
