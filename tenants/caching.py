"""Cache keys by site, for every cache alias (leaks L1-L5): a key of one site can never name another's entry."""

from .connection import connection


def make_key(key: str, key_prefix: str, version: int) -> str:
    """`schema:prefix:version:key`; outside of a site the shared schema's name."""
    return f"{connection.schema_name}:{key_prefix}:{version}:{key}"


def reverse_key(key: str) -> str:
    """The key that `make_key` was given."""
    return key.split(":", 3)[3]
