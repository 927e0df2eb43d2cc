"""Both engines to search with: PostgreSQL alone, and a real search server that all workers of the run share."""

import fcntl
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import pytest

from search import catalogue_words, index_work
from search.analysis import vocabulary
from search.analysis.understanding import read_text
from search.answers import Question
from search.engines import elastic_client, elastic_index
from search.models import CatalogueEntry
from search.searching import Found
from search.searching import search as run_search
from tenants.current import enter_site, leave_site
from tenants.models import Organisation

# Search servers of tests live for seconds: what the thorough compiler and collector cost at each start is never earned back.
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")

ON_SERVER = pytest.param("elasticsearch", marks=pytest.mark.needs("search_server"))


def ask(site: Organisation, text: str, **question: Any) -> Found:
    """What a reader finds who types that on the site."""
    with enter_site(site):
        return run_search(Question(text=read_text(text), **question))


def titles(found: Found) -> list[str]:
    """Titles of the hits, in their order."""
    return [hit.title for hit in found.hits]


@dataclass(frozen=True)
class ReadyEngine:
    """The engine under test: its name, and how it learns of what the test did."""

    name: str

    def bring_up_to_date(self, *, words: bool = False) -> None:
        """Do what waits for the server and let readers see it; with `words` count the catalogue's words anew."""
        with leave_site():
            if words:
                catalogue_words.refresh()
            if index_work.is_indexed():
                index_work.do_waiting()
                elastic_index.refresh()


@pytest.fixture(autouse=True)
def fresh_process(settings: Any) -> Iterator[None]:
    """No server, no breaker, no word lists left by a test before: versions of lists that were rolled back come again."""
    settings.ELASTICSEARCH_URL = ""
    settings.ELASTICSEARCH_INDEX = "catalogue"
    elastic_client.forget_servers()
    vocabulary._kept = vocabulary.Vocabulary()
    yield
    vocabulary._kept = vocabulary.Vocabulary()
    elastic_client.forget_servers()


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a search server. The worker that asks first starts it; it ends when nobody uses it any more."""
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with _shared_server(folder) as url:
        yield url


@contextmanager
def _shared_server(folder: Path) -> Iterator[str]:
    from bench.search_server import search_server

    address = folder / "search-server.url"
    with (folder / "search-server.lock").open("w") as door, (folder / "search-server.users").open("w") as users:
        with _locked(door):
            if address.exists():
                url, server = address.read_text(), None
            else:
                server = search_server()
                url = server.__enter__()
                address.write_text(url)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield url
        finally:
            fcntl.flock(users, fcntl.LOCK_UN)
            if server:
                # Who comes now waits at the door and starts one of his own; who is inside is waited for.
                with _locked(door):
                    fcntl.flock(users, fcntl.LOCK_EX)
                    address.unlink()
                    server.__exit__(None, None, None)


@contextmanager
def _locked(file: TextIO) -> Iterator[None]:
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


@pytest.fixture
def use_server(request: pytest.FixtureRequest, settings: Any) -> Iterator[Callable[[], None]]:
    """`use_server()`: from then on the settings point at the real server and an empty index of this test."""
    made: list[str] = []

    def use() -> None:
        settings.ELASTICSEARCH_URL = request.getfixturevalue("server_url")
        settings.ELASTICSEARCH_INDEX = f"test-{uuid.uuid4().hex}"
        made.append(settings.ELASTICSEARCH_INDEX)
        elastic_index.ensure_index()

    yield use
    if made:
        settings.ELASTICSEARCH_URL = request.getfixturevalue("server_url")
        with elastic_index.writing() as client:
            for name in made:
                client.indices.delete(index=f"{name}-*", ignore_unavailable=True)


@pytest.fixture(params=["postgresql", ON_SERVER])
def engine(request: pytest.FixtureRequest, db: None, use_server: Callable[[], None]) -> ReadyEngine:
    """Each engine in turn, over a catalogue without the columns that sites begin with, and an empty index."""
    CatalogueEntry.objects.all().delete()
    if request.param == "elasticsearch":
        use_server()
    return ReadyEngine(request.param)
