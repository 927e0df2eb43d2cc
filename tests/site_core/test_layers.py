"""The look-up that the media layer makes before Django: whose files a host shows, and what it leaves behind."""

import threading

import pytest
from django.db import OperationalError, connections
from django.test.utils import CaptureQueriesContext

from site_core import layers
from site_core.layers import find_media_of
from tenants.connection import connection
from tenants.current import enter_site, find_current_site
from tenants.kinds import SiteState
from tenants.models import Host, Organisation

KONGTONG, JINGNING = "kongtong.sfj.localhost", "jingning.sfj.localhost"


@pytest.mark.parametrize(("host", "schema"), [(KONGTONG, "kongtong"), (JINGNING, "jingning")])
def test_host_has_the_folder_of_its_own_site(two_sites, settings, host, schema):
    found = find_media_of(host)
    assert (str(found.root), found.schema) == (f"{settings.MEDIA_ROOT}/{schema}", schema)


@pytest.mark.parametrize("host", ["other.localhost", "", "kongtong", "KONGTONG.sfj.localhost", "public", "'; --"])
def test_unknown_host_has_no_files(two_sites, host):
    assert find_media_of(host) is None


def test_second_host_has_no_files(two_sites):
    Host.objects.create(tenant=two_sites.a, domain="alt.sfj.localhost", is_primary=False)
    assert find_media_of("alt.sfj.localhost") is None


@pytest.mark.parametrize(
    ("state", "is_served"),
    [(SiteState.LIVE, True), (SiteState.TRIAL, True), (SiteState.ARCHIVED, True), (SiteState.SUSPENDED, False)],
)
def test_only_a_suspended_site_shows_no_files(two_sites, state, is_served):
    Organisation.objects.filter(pk=two_sites.a.pk).update(state=state)
    assert find_media_of(KONGTONG).is_served is is_served


@pytest.mark.parametrize("host", [KONGTONG, "other.localhost"])
def test_one_query_is_enough(two_sites, host):
    with CaptureQueriesContext(connection) as queries:
        find_media_of(host)
    assert len([query for query in queries if "search_path" not in query["sql"]]) == 1


def test_no_site_is_entered_when_none_was(two_sites):
    find_media_of(KONGTONG)
    assert (find_current_site(), connection.schema_name) == (None, "public")


def test_site_before_is_the_site_after(two_sites):
    with enter_site(two_sites.b):
        assert find_media_of(KONGTONG).schema == "kongtong"
        assert (find_current_site(), connection.schema_name) == (two_sites.b, "jingning")


def test_look_up_is_made_outside_of_every_site(two_sites, monkeypatch):
    seen = []
    monkeypatch.setattr(layers, "find_organisation_for_host", lambda _host: seen.append(find_current_site()))
    with enter_site(two_sites.b):
        find_media_of(KONGTONG)
    assert seen == [None]


def fail(_host):
    raise OperationalError("the server is gone")


def test_site_before_is_the_site_after_a_failed_look_up(two_sites, monkeypatch):
    monkeypatch.setattr(layers, "find_organisation_for_host", fail)
    with enter_site(two_sites.b):
        with pytest.raises(OperationalError):
            find_media_of(KONGTONG)
        assert connection.schema_name == "jingning"


def in_thread(work):
    """What `work` returns in a thread of its own, as a server's worker has it; its connection is closed afterwards."""
    results = []

    def run():
        try:
            results.append(work())
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return results[0]


@pytest.fixture
def in_autocommit(cluster_db, monkeypatch):
    """Threads see the database as servers do, with connections that outlive a request."""
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 600)


def test_connection_is_used_again_by_the_next_look_up(in_autocommit):
    def look_up_twice():
        find_media_of(KONGTONG)
        first = connection.connection
        find_media_of(JINGNING)
        return first is not None and connection.connection is first

    assert in_thread(look_up_twice)


def test_connection_is_closed_when_it_is_too_old(in_autocommit):
    def look_up():
        find_media_of(KONGTONG)
        connection.close_at = 0
        find_media_of(KONGTONG)
        return connection.connection, connection.close_at

    kept, close_at = in_thread(look_up)
    assert close_at != 0
    assert kept is not None


def test_dead_connection_is_replaced(in_autocommit):
    def look_up():
        find_media_of(KONGTONG)
        connection.connection.close()  # as when the server was started anew
        return find_media_of(KONGTONG)

    assert in_thread(look_up).schema == "kongtong"


def test_connection_that_broke_during_the_look_up_is_not_kept(in_autocommit, monkeypatch):
    def break_and_ask(host):
        connection.ensure_connection()
        connection.connection.close()
        return Host.objects.get(domain=host)

    def look_up():
        with pytest.raises(OperationalError):
            find_media_of(KONGTONG)
        return connection.connection

    monkeypatch.setattr(layers, "find_organisation_for_host", break_and_ask)
    assert in_thread(look_up) is None
