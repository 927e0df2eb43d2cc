"""`migrate`: the shared schema and the golden one; sites follow with `migrate_sites`."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands.migrate import Command as DjangoMigrate

from tenants.migration import migrate_foundation


class Command(DjangoMigrate):
    """Django's own command for one schema (`plain`), ours for the cluster."""

    help = "迁移共享模式和样板模式（各网站用 migrate_sites）。"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--plain", action="store_true", help="只在当前模式中执行 Django 自己的迁移。")

    def handle(self, *args: Any, plain: bool = False, **options: Any) -> Any:
        """Without arguments: shared and golden. With an app or --plain: Django's command in the current schema."""
        if plain or options.get("app_label") or options.get("show_plan") or options.get("check_unapplied"):
            return super().handle(*args, **options)
        report = migrate_foundation(verbosity=max(options["verbosity"] - 1, 0))
        if options["verbosity"]:
            self.stdout.write(
                f"已迁移：{'、'.join(report.migrated) or '无'}；无需变动：{'、'.join(report.unchanged) or '无'}"
            )
        return None
