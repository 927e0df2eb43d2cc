"""Words of the catalogue: two who count at once."""

import threading

from django.db import IntegrityError, connection, connections, transaction

from search import catalogue_words
from search.models import CatalogueWord


def test_who_counts_at_the_same_time_waits_and_neither_fails(cluster_db, monkeypatch):
    """Both find no words, and both write the same ones."""
    monkeypatch.setattr(catalogue_words, "_list_word_sets", lambda: iter([({"平凉市"}, 1)] * 2))
    monkeypatch.setattr(catalogue_words, "_count_names", lambda words: {})
    CatalogueWord.objects.all().delete()
    failed = []

    def count_beside() -> None:
        try:
            catalogue_words.refresh()
        except IntegrityError as problem:
            failed.append(problem)
        finally:
            connections.close_all()

    other = threading.Thread(target=count_beside)
    with transaction.atomic():
        catalogue_words.refresh()
        other.start()
        other.join(1)  # it waits, or has failed
        assert other.is_alive()
    other.join(20)
    assert not other.is_alive()
    assert not failed
    assert [(each.word, each.entries) for each in CatalogueWord.objects.all()] == [("平凉市", 2)]
    connection.close()
