"""`create_person`: make an account, with platform roles and memberships."""

import json
import os
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.actions import RoleRefused, add_membership, create_person, grant_role, random_password
from accounts.models import Role, User
from tenants.models import Organisation
from tenants.selectors import get_organisation

PASSWORD_VARIABLE = "PERSON_PASSWORD"  # noqa: S105 - the name of an environment variable


@dataclass(frozen=True)
class NewPassword:
    """A password, and whether it was made up here and must be shown."""

    text: str
    is_random: bool


class Command(BaseCommand):
    """Everything or nothing: a role or site that does not fit leaves no account behind."""

    help = f"建立账号。密码取自环境变量 {PASSWORD_VARIABLE}，没有则随机生成并显示一次；首次登录须修改。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="登录名")
        parser.add_argument("--email", required=True)
        parser.add_argument("--last-name", default="", help="姓")
        parser.add_argument("--first-name", default="", help="名")
        parser.add_argument("--role", action="append", default=[], choices=Role.values, help="平台角色，可重复")
        parser.add_argument("--member", action="append", default=[], metavar="SITE:GROUP", help="网站成员，可重复")
        parser.add_argument("--if-missing", action="store_true", help="登录名已存在时什么也不做，正常结束。")
        parser.add_argument("--demo", action="store_true", help="演示账号：不检查密码强度，首次登录不须修改。")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出结果。")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 0 only if the person is there afterwards."""
        if options["demo"] and not settings.CLUSTER_DEMO:
            raise CommandError("--demo 只能用于演示环境。")
        username = options["username"].strip().lower()
        if options["if_missing"] and User.objects.filter(username=username).exists():
            self._say(options, {"username": username, "created": False}, f"账号“{username}”已存在。")
            return
        password = _read_password()
        try:
            with transaction.atomic():
                _make(username, password.text, options)
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from error
        except RoleRefused as error:
            raise CommandError(str(error)) from error
        result = {"username": username, "created": True}
        shown = {"password": password.text} if password.is_random else {}
        text = f"已建立账号“{username}”。" + (f"\n密码（只显示这一次）：{password.text}" if shown else "")
        self._say(options, {**result, **shown}, text)

    def _say(self, options: dict[str, Any], result: dict[str, Any], text: str) -> None:
        self.stdout.write(json.dumps(result, ensure_ascii=False) if options["json"] else text)


def _read_password() -> NewPassword:
    given = os.environ.get(PASSWORD_VARIABLE, "")
    return NewPassword(given or random_password(), not given)


def _make(username: str, password: str, options: dict[str, Any]) -> User:
    memberships = [_read_membership(text) for text in options["member"]]
    user = create_person(
        acting_user=None,
        username=username,
        email=options["email"],
        password=password,
        last_name=options["last_name"],
        first_name=options["first_name"],
        must_change_password=not options["demo"],
        strong_password=not options["demo"],
    )
    for role in options["role"]:
        grant_role(user, role, acting_user=None)
    for site, group in memberships:
        add_membership(user, site, [group], acting_user=None)
    return user


def _read_membership(text: str) -> tuple[Organisation, str]:
    schema, _, group = text.partition(":")
    if not group:
        raise CommandError(f"“{text}”应写作 SITE:GROUP，如 kongtong:editor。")
    try:
        return get_organisation(schema), group
    except Organisation.DoesNotExist as error:
        raise CommandError(f"没有网站“{schema}”。") from error
