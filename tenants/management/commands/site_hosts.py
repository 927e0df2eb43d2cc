"""`site_hosts SCHEMA [--add HOST] [--primary HOST] [--remove HOST]`: hosts of a site."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.actions import add_host, make_host_primary, remove_host
from tenants.hosts import HostRefused
from tenants.models import Host, Organisation


class Command(BaseCommand):
    """Without options it lists them."""

    help = "查看和更改网站的域名。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("schema")
        for option in ("--add", "--primary", "--remove"):
            parser.add_argument(option, default="")

    def handle(self, *args: Any, **options: Any) -> None:
        site = Organisation.objects.filter(schema_name=options["schema"]).first()
        if site is None:
            raise CommandError(f"没有网站“{options['schema']}”。")
        try:
            for option, action in (
                ("add", add_host),
                ("primary", make_host_primary),
                ("remove", remove_host),
            ):
                if options[option]:
                    action(site, options[option])
        except HostRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        for host in Host.objects.filter(tenant=site).order_by("-is_primary", "domain"):
            self.stdout.write(f"{host.domain}{'（主域名）' if host.is_primary else ''}")
