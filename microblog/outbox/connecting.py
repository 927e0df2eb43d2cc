"""An account's rows as the adapters see it, and what adapters want kept."""

from typing import Any

from django.conf import settings
from django.db import transaction

from microblog.adapters.base import Connected, get_adapter
from microblog.models import Account, Connection
from microblog.outbox.limits import Counter, make_counter
from microblog.platforms import Platform
from microblog.standing import write_standing
from tenants.current import current_site
from tenants.selectors import find_primary_host


def get_connection(account: Account) -> Connection:
    """The account's connection, made where there is none yet."""
    connection, _ = Connection.objects.get_or_create(account=account)
    return connection


def connect(account: Account, counter: Counter | None = None) -> Connected:
    """The account with its secrets. For adapters alone."""
    connection = get_connection(account)
    return Connected(
        uid=str(account.uid),
        platform=Platform(account.platform),
        remote_id=account.remote_id,
        base_url=(account.base_url or _default_url(account.platform)).rstrip("/"),
        options={
            "char_limit": account.char_limit,
            "safe_domain": account.safe_domain or find_primary_host(current_site()),
            "may_publish": account.may_publish,
            "may_read": account.may_read,
            "name": account.name,
            "site": find_primary_host(current_site()),
        },
        secrets=connection.read_secrets(),
        note_request=counter or make_counter(account, get_adapter(account.platform)),
        keep=lambda **secrets: keep_secrets(account, **secrets),
    )


def _default_url(platform: str) -> str:
    return {Platform.WEIBO: settings.WEIBO_API_URL, Platform.WECHAT: settings.WECHAT_API_URL}.get(
        Platform(platform), ""
    )


@transaction.atomic
def keep_secrets(account: Account, *, expires_at: Any = None, **secrets: Any) -> None:
    """Put these among the account's secrets; `expires_at` says until when its authorisation holds."""
    connection = Connection.objects.select_for_update().get(account=account)
    connection.write_secrets(**secrets)
    if expires_at is not None:
        connection.token_expires_at = expires_at
    connection.save()
    if expires_at is not None:
        write_standing(account)
