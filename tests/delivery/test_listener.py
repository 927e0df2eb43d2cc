"""Purges travel by NOTIFY: with the commit, never without it; and who cannot hear keeps nothing."""

import queue
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from delivery import purge
from delivery.cache.listener import Listener
from site_core import reading
from site_core.models import SiteDetails
from tenants.current import enter_site
from tests.conftest import ClusterDatabase
from tests.factories import make_article

HEARD_WITHIN_S = 10


class Heard:
    """What a listener tells, in order."""

    def __init__(self) -> None:
        self.events: queue.Queue[Any] = queue.Queue()
        self.listener = Listener(
            on_open=lambda: self.events.put("open"),
            on_purge=self.events.put,
            on_lost=lambda: self.events.put("lost"),
            wait=0.05,
            asked_every=0.2,
        )

    def next(self) -> Any:
        """The next event; fails where none comes."""
        return self.events.get(timeout=HEARD_WITHIN_S)

    def until(self, tag: str) -> set[str]:
        """All tags heard up to the one given."""
        tags: set[str] = set()
        while tag not in tags:
            tags |= set(self.next())
        return tags


@pytest.fixture
def heard(cluster_db: ClusterDatabase) -> Iterator[Heard]:
    heard = Heard()
    heard.listener.start()
    assert heard.next() == "open"
    yield heard
    heard.listener.stop()


def test_purges_are_heard_with_the_commit_and_never_without(heard: Heard) -> None:
    with pytest.raises(RuntimeError, match="no"), transaction.atomic():
        purge.purge("page:city:1")
        raise RuntimeError("no")
    with transaction.atomic():
        purge.purge("page:city:2", "nav:city")
        with pytest.raises(RuntimeError, match="no"), transaction.atomic():
            purge.purge("page:city:3")
            raise RuntimeError("no")
    assert heard.until("nav:city") == {"page:city:2", "nav:city"}
    with pytest.raises(purge.PurgeOutsideTransaction):
        purge.purge("page:city:1")


def test_thousands_of_tags_arrive_whole(heard: Heard) -> None:
    tags = {f"page:city:{number}" for number in range(3000)}
    with transaction.atomic():
        purge.purge(*sorted(tags), "last")
    assert heard.until("last") == tags | {"last"}


def test_publication_says_what_it_changed(heard: Heard, cluster_db: ClusterDatabase) -> None:
    from tenants.models import Organisation

    site = Organisation.objects.get(schema_name="kongtong")
    article = make_article(site, "新消息", column="gzdt")
    tags = heard.until(f"page:kongtong:{article.pk}")
    assert "cross:news" in tags
    assert not any(tag.startswith("page:city") for tag in tags)


def test_a_table_without_tags_of_its_own_says_so_by_itself(heard: Heard) -> None:
    """Even written in bulk, and once for many statements; what is undone in a savepoint is not said, and not forgotten."""
    with enter_site("kongtong"):
        with transaction.atomic():
            with pytest.raises(RuntimeError, match="no"), transaction.atomic():
                SiteDetails.objects.update(undertaker="甲")
                raise RuntimeError("no")
            SiteDetails.objects.update(undertaker="乙")
            SiteDetails.objects.update(undertaker="丙")
        tag = "table:kongtong:site_core_sitedetails"
        assert heard.next() == (tag,)
        with transaction.atomic():
            purge.purge("end")
        assert heard.next() == ("end",)


def test_lost_connection_is_told_and_found_again(heard: Heard) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'delivery' AND datname = current_database()"
        )
    assert heard.next() == "lost"
    assert heard.next() == "open"
    with transaction.atomic():
        reading.changed("after")
    assert heard.next() == ("after",)
