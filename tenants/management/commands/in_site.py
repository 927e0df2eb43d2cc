"""`in_site SCHEMA COMMAND …`: any command inside one site."""

import argparse
from typing import Any

from django.core.management import call_command, get_commands, load_command_class
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from tenants.current import enter_site
from tenants.models import Organisation


class Command(BaseCommand):
    """The command runs in one transaction, so that what follows from a change of pages is kept with it, or not at all.

    A command that says `own_transactions = True` looks after that itself.
    """

    help = "在某个网站内执行命令。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("schema")
        parser.add_argument("command")
        parser.add_argument("arguments", nargs=argparse.REMAINDER)

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError for an unknown site or command."""
        name = options["command"]
        if name not in get_commands():
            raise CommandError(f"没有命令“{name}”。")
        try:
            with enter_site(options["schema"]):
                self._run(name, options["arguments"])
        except Organisation.DoesNotExist as error:
            raise CommandError(f"没有网站“{options['schema']}”。") from error

    def _run(self, name: str, arguments: list[str]) -> None:
        app = get_commands()[name]
        command = load_command_class(app, name) if isinstance(app, str) else app
        if getattr(command, "own_transactions", False):
            call_command(command, *arguments)
            return
        with transaction.atomic():
            call_command(command, *arguments)
