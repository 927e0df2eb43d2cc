"""What is done once in a transaction is done again only where the savepoint that it was done in is gone."""

import pytest
from django.db import transaction

from delivery.once import is_first
from tests.conftest import ClusterDatabase


def test_once_in_a_transaction_whatever_savepoints_there_are(cluster_db: ClusterDatabase) -> None:
    assert is_first("a")
    assert is_first("a"), "outside of a transaction each time is the first"
    with transaction.atomic():
        with transaction.atomic():
            assert is_first("a")
            assert not is_first("a")
        assert not is_first("a"), "the savepoint was kept"
        with pytest.raises(RuntimeError, match="no"), transaction.atomic():
            assert not is_first("a")
            assert is_first("b")
            raise RuntimeError("no")
        assert is_first("b"), "it was undone with its savepoint"
    with transaction.atomic():
        assert is_first("a")
