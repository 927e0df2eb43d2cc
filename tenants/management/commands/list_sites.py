"""`list_sites`: the sites of the cluster."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tenants.selectors import list_site_rows


class Command(BaseCommand):
    """One line a site, or JSON."""

    help = "列出所有网站。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = list_site_rows()
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write(f"{row['schema']:<20} {row['state']:<10} {row['primary_host']:<40} {row['name']}")
