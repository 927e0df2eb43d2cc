"""Whose turn an account is: one worker at a time, in the whole cluster, for as long as its connection lives."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from microblog.models import Account
from tenants.current import current_site


@contextmanager
def turn_of(account: Account) -> Iterator[bool]:
    """Whether the account is the caller's for the block. PostgreSQL gives it back when the caller is killed."""
    name = _name_of(account)
    is_mine = _ask("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", name)
    try:
        yield is_mine
    finally:
        if is_mine:
            _ask("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", name)


def hold_turn(account: Account) -> bool:
    """Whether no worker is at the account, and none will be until the running transaction ends: for what a person decides."""
    return _ask("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", _name_of(account))


def _name_of(account: Account) -> str:
    return f"microblog:{current_site().schema_name}:{account.pk}"


def _ask(query: str, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(query, [name])
        return bool(cursor.fetchone()[0])
