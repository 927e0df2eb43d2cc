"""The accounts of the demo: one for each role that a newcomer should try."""

import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts.actions import add_membership, create_person, grant_role, random_password
from accounts.models import User
from tenants.current import leave_site
from tenants.models import Organisation

PASSWORD_FILE = Path("var/demo-password")


@dataclass(frozen=True)
class DemoAccount:
    """Login name, name, site, group there ('' for none), platform role ('' for none)."""

    username: str
    first_name: str
    site: str
    group: str = ""
    role: str = ""


ACCOUNTS = (
    DemoAccount("central", "中心", "city", role="platform_admin"),
    DemoAccount("city-editor", "市局编辑", "city", "editor"),
    DemoAccount("kongtong-admin", "崆峒管理", "kongtong", "site_admin"),
    DemoAccount("kongtong-editor", "崆峒编辑", "kongtong", "editor"),
    DemoAccount("kongtong-r1", "崆峒一审", "kongtong", "reviewer_1"),
    DemoAccount("kongtong-r2", "崆峒二审", "kongtong", "reviewer_2"),
    DemoAccount("kongtong-r3", "崆峒三审", "kongtong", "reviewer_3"),
    DemoAccount("jingning-editor", "静宁编辑", "jingning", "editor"),
)


@dataclass(frozen=True)
class DemoPeople:
    """Login name → where to sign in, and the password of all."""

    accounts: dict[str, str]
    password: str


def make_demo_people() -> DemoPeople:
    """Make those that are missing. The password is DEMO_PASSWORD's, else a random one that is kept in `var/`."""
    with leave_site():
        password = _choose_password()
        for account in ACCOUNTS:
            _make(account, password)
        sites = {site.schema_name: site.short_name for site in Organisation.objects.all()}
    return DemoPeople({each.username: sites[each.site] for each in ACCOUNTS}, password)


def _choose_password() -> str:
    file = Path(settings.PROJECT_DIR) / PASSWORD_FILE
    kept = file.read_text().strip() if file.exists() else ""
    password = os.environ.get("DEMO_PASSWORD", "") or kept or random_password()
    if password != kept:
        file.parent.mkdir(exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(password + "\n")
    return password


@transaction.atomic
def _make(account: DemoAccount, password: str) -> None:
    user = User.objects.filter(username=account.username).first()
    if user is None:
        user = _create(account, password)
    if not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])


def _create(account: DemoAccount, password: str) -> User:
    user = create_person(
        acting_user=None,
        username=account.username,
        email=f"{account.username}@example.invalid",
        last_name="示例",
        first_name=account.first_name,
        password=password,
        must_change_password=False,
        strong_password=False,
    )
    if account.role:
        grant_role(user, account.role, acting_user=None)
    if account.group:
        site = Organisation.objects.get(schema_name=account.site)
        add_membership(user, site, [account.group], acting_user=None)
    return user
