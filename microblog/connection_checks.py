"""Whether a platform knows an account's secrets: asked by a request that publishes nothing."""

from microblog.adapters.base import LimitReached, get_adapter
from microblog.models import Account
from microblog.outbox.connecting import connect


def check_connection(account: Account) -> str:
    """'' where the platform knows the account; else what is wrong, in words."""
    adapter = get_adapter(account.platform)
    try:
        outcome = adapter.check_connection(connect(account))
    except LimitReached:
        return "已达平台调用上限，请稍后再试。"
    return "" if outcome is None else outcome.text
