"""The one module that talks to the search server: its client, its time limits, and its failures, which become EngineProblem.

Elasticsearch 8 and OpenSearch 2 and 3 are both spoken to by the client of Elasticsearch; `GET /` tells which one it is.
"""

import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from elastic_transport import HttpHeaders, Transport, TransportError, Urllib3HttpNode
from elastic_transport.client_utils import DEFAULT, url_to_node_config
from elasticsearch import ApiError, BadRequestError, Elasticsearch

from .base import EngineProblem

READER_TIMEOUT = 1.0
"""Seconds that a reader waits, at most, before the other engine is asked."""

WRITER_TIMEOUT = 120.0
"""Seconds for a bulk request: a server that merges segments may take its time."""

PAUSE = 2.0
"""Seconds during which readers leave a server alone that has just failed."""

_SHAPE_ERRORS = (LookupError, TypeError, ValueError, AttributeError)
_VENDOR_TYPE = re.compile(r"application/vnd\.elasticsearch\+([\w-]+)\s*;\s*compatible-with=\d+")


class ServerLeftAlone(EngineProblem):
    """It failed a moment ago, which was told then: nobody waits for it again yet."""


class RequestRefused(EngineProblem):
    """The server is well but will not answer this request: no reason to leave it alone."""


class OpenSearchNode(Urllib3HttpNode):
    """OpenSearch as the client of Elasticsearch expects a server to be.

    OpenSearch does not know the vendor's media types, and does not send the header by which the client tells its product.
    """

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: Any = None,
        request_timeout: Any = DEFAULT,
    ) -> Any:
        """As the parent does, with plain media types out and the product's header in."""
        plain = HttpHeaders(
            {name: _VENDOR_TYPE.sub(r"application/\1", value) for name, value in (headers or {}).items()}
        )
        answer = super().perform_request(method, target, body, plain, request_timeout)
        answer.meta.headers["x-elastic-product"] = "Elasticsearch"
        return answer


class Breaker:
    """Keeps readers from a server that has just failed, so that a dead one costs each of them nothing.

    After the pause one reader tries; the others go on skipping until it has succeeded.
    """

    def __init__(self, pause: float = PAUSE, clock: Callable[[], float] = time.monotonic) -> None:
        self._pause = pause
        self._clock = clock
        self._lock = threading.Lock()
        self._try_again_at: float | None = None

    def admit(self) -> None:
        """Let the caller through, or raise EngineProblem."""
        with self._lock:
            if self._try_again_at is None:
                return
            now = self._clock()
            if now < self._try_again_at:
                raise ServerLeftAlone("the search server failed a moment ago and is left alone")
            self._try_again_at = now + self._pause

    def open(self) -> None:
        """The server has failed."""
        with self._lock:
            self._try_again_at = self._clock() + self._pause

    def close(self) -> None:
        """The server has answered."""
        with self._lock:
            self._try_again_at = None


_clients: dict[tuple[int, str], Elasticsearch] = {}
_breakers: dict[str, Breaker] = {}


def get_url() -> str:
    """Where the server is; several nodes are separated by commas. Empty: there is none."""
    return getattr(settings, "ELASTICSEARCH_URL", "")


@contextmanager
def reading() -> Iterator[Elasticsearch]:
    """A client for a reader: one second, no second try. Read the answer inside: what is wrong with it is EngineProblem too."""
    url = get_url()
    breaker = _breakers.setdefault(url, Breaker())
    breaker.admit()
    try:
        with _problems_translated():
            yield _client_of(url).options(request_timeout=READER_TIMEOUT, max_retries=0, retry_on_timeout=False)
    except RequestRefused:
        breaker.close()
        raise
    except EngineProblem:
        breaker.open()
        raise
    breaker.close()


@contextmanager
def writing() -> Iterator[Elasticsearch]:
    """A client for jobs: patient, and in no breaker's way, since a job is tried again anyway. Raises EngineProblem."""
    with _problems_translated():
        yield _client_of(get_url()).options(request_timeout=WRITER_TIMEOUT, retry_on_timeout=False)


def forget_servers() -> None:
    """Forget which servers were met and how they fared: what `GET /` said, and open breakers."""
    _clients.clear()
    _breakers.clear()


@contextmanager
def _problems_translated() -> Iterator[None]:
    try:
        yield
    except BadRequestError as error:
        raise RequestRefused(_tell(error)) from error
    except (TransportError, ApiError, *_SHAPE_ERRORS) as error:
        raise EngineProblem(_tell(error)) from error


def _tell(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def _client_of(url: str) -> Elasticsearch:
    # By process, since a forked one must not share sockets. Two threads may both make one: the first to be put down stays.
    key = (os.getpid(), url)
    client = _clients.get(key)
    if client is None:
        client = _clients.setdefault(key, Elasticsearch(_nodes(url), node_class=_find_node_class(url)))
    return client


def _nodes(url: str) -> list[Any]:
    if not url:
        raise EngineProblem("ELASTICSEARCH_URL is empty")
    return [url_to_node_config(part.strip(), use_default_ports_for_scheme=True) for part in url.split(",")]


def _find_node_class(url: str) -> type[Urllib3HttpNode]:
    meta, body = Transport(_nodes(url)).perform_request(
        "GET", "/", headers={"accept": "application/json"}, request_timeout=READER_TIMEOUT, max_retries=0
    )
    if meta.status != 200:
        raise EngineProblem(f"the search server answers {meta.status} to GET /")
    is_opensearch = body["version"].get("distribution") == "opensearch"
    return OpenSearchNode if is_opensearch else Urllib3HttpNode
