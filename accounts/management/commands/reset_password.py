"""`reset_password LOGIN`: a random password, to be changed at the next login; for when mail cannot help."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions import reset_password
from accounts.models import User


class Command(BaseCommand):
    """Prints the password once; all sessions of the person end. It stands in the ledger."""

    help = "重设一个人的密码。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="登录名")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"].lower()).first()
        if user is None:
            raise CommandError(f"没有登录名“{options['username']}”。")
        self.stdout.write(reset_password(user, acting_user=None))
