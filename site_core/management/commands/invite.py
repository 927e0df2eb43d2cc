"""`invite`: invite somebody to work on a site, by mail; how a new site gets its first administrator."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from site_core.member_actions import InvitationRefused, invite
from site_core.roles import INVITABLE_ROLES
from tenants.current import enter_site
from tenants.models import Organisation


class Command(BaseCommand):
    """The mail is sent by the worker."""

    help = "邀请某人参与一个网站的工作。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("site", help="模式名，如 kongtong")
        parser.add_argument("email")
        parser.add_argument("--role", action="append", required=True, choices=INVITABLE_ROLES, help="角色，可重复")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 0 only if the mail is queued."""
        try:
            validate_email(options["email"])
            with enter_site(options["site"]):
                invite(options["email"], options["role"], acting_user=None)
        except Organisation.DoesNotExist as error:
            raise CommandError(f"没有网站“{options['site']}”。") from error
        except (InvitationRefused, ValidationError) as error:
            raise CommandError("；".join(getattr(error, "messages", [str(error)]))) from error
        self.stdout.write(f"邀请将发往 {options['email']}。")
