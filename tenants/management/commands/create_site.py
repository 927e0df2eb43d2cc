"""`create_site`: make one site."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.kinds import SiteKind, SiteState
from tenants.provisioning import SiteOrder, SiteRefused, SiteUnsound, create_site

_OPTIONAL = (
    *("place", "region_code", "site_id_code", "icp_number", "police_number"),
    *("contact_unit", "contact_address", "contact_phone", "contact_email"),
)


class Command(BaseCommand):
    """Nothing is left behind where it fails."""

    help = "建立一个网站。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("schema", help="模式名，如 kongtong")
        parser.add_argument("--name", required=True, help="全称")
        parser.add_argument("--short-name", required=True, help="简称")
        parser.add_argument("--kind", required=True, choices=SiteKind.values)
        parser.add_argument("--host", required=True, action="append", help="域名，第一个为主域名")
        parser.add_argument("--parent", default="", help="上级单位的模式名")
        parser.add_argument("--state", default=SiteState.TRIAL, choices=["trial", "live"])
        parser.add_argument("--json", action="store_true", help="以 JSON 输出结果。")
        for name in _OPTIONAL:
            parser.add_argument(f"--{name.replace('_', '-')}", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 0 only if the site is there afterwards."""
        fields = {name: options[name] for name in ("name", "short_name", "kind", "state", *_OPTIONAL)}
        order = SiteOrder(options["schema"], tuple(options["host"]), options["parent"], fields)
        try:
            site = create_site(order)
        except (SiteRefused, SiteUnsound) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps({"schema": site.schema_name, "primary_host": options["host"][0]}))
        else:
            self.stdout.write(f"已建立“{site.name}”：{options['host'][0]}")
