"""`set_site_state SCHEMA STATE`: trial, live, suspended or archived."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.actions import StateRefused, change_state
from tenants.kinds import SiteState
from tenants.models import Organisation


class Command(BaseCommand):
    """See the module."""

    help = "改变网站的状态。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("schema")
        parser.add_argument("state", choices=SiteState.values)
        parser.add_argument("--notice", default="", help="暂停服务时向公众显示的说明。")

    def handle(self, *args: Any, **options: Any) -> None:
        site = Organisation.objects.filter(schema_name=options["schema"]).first()
        if site is None:
            raise CommandError(f"没有网站“{options['schema']}”。")
        try:
            site = change_state(site, options["state"], notice=options["notice"])
        except StateRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"“{site.name}”现为“{site.get_state_display()}”。")
