"""`deactivate_person LOGIN`: close an account. Accounts are never deleted: sites and the ledger refer to them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions import deactivate_person
from accounts.models import User


class Command(BaseCommand):
    """Ends all sessions on all sites; memberships stay, for the record."""

    help = "停用一个账号。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="登录名")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"].lower()).first()
        if user is None:
            raise CommandError(f"没有登录名“{options['username']}”。")
        try:
            deactivate_person(user, acting_user=None)
        except ValueError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"“{user}”的账号已停用。")
