"""Once in a transaction: what a hundred changes of one transaction need is done at the first of them."""

from typing import Any

from django.db import connection


class _Done:
    """Stands among what waits for the commit: Django takes it away with the savepoint in which it was done."""

    def __init__(self, key: str) -> None:
        self.key = key

    def __call__(self) -> None:
        """Nothing is left to do."""


def is_first(key: str) -> bool:
    """Whether nothing of this key was done yet in the running transaction, which it is from now on. Outside of one: always."""
    if not connection.in_atomic_block:
        return True
    waiting: list[Any] = connection.run_on_commit
    if any(isinstance(done, _Done) and done.key == key for _, done, *_ in waiting):
        return False
    waiting.append((set(connection.savepoint_ids), _Done(key), False))
    return True
