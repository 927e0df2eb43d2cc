"""Connections to platforms: to addresses that were looked at, and with an end to all waiting.

httpx limits each wait by itself; a server that drips bytes could hold a worker for hours. Here one deadline holds for
the whole request, and it is remembered whether a single byte of the request was written: without one, nothing can have
been taken.
"""

import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from time import monotonic
from typing import Any

import httpcore
import httpx

from microblog.adapters.targets import find_targets


@dataclass
class Attempt:
    """One request: when it must be over, and whether any of it was written."""

    seconds: float
    was_written: bool = False
    _end: float = field(init=False)

    def __post_init__(self) -> None:
        self._end = monotonic() + self.seconds

    def left(self) -> float:
        """Seconds that are left; 0 when there are none."""
        return max(0.0, self._end - monotonic())


class _Stream(httpcore.NetworkStream):
    """A connection within an attempt."""

    def __init__(self, inner: httpcore.NetworkStream, attempt: Attempt) -> None:
        self._inner, self._attempt = inner, attempt

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._limit(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        limit = self._limit(httpcore.WriteTimeout)
        self._attempt.was_written = True
        self._inner.write(buffer, limit)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._limit(httpcore.ConnectTimeout))
        return _Stream(inner, self._attempt)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)

    def _limit(self, problem: type[Exception]) -> float:
        left = self._attempt.left()
        if not left:
            raise problem("out of time")
        return left


class _Network(httpcore.NetworkBackend):
    """Resolves, checks every address, and connects to one that was checked."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt, self._sockets = attempt, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            targets = find_targets(host, port)
        except (OSError, UnicodeError) as problem:
            raise httpcore.ConnectError("no such host") from problem
        return _Stream(self._connect(targets), self._attempt)

    def _connect(self, targets: list[Any]) -> httpcore.NetworkStream:
        problem: Exception = httpcore.ConnectError("no address")
        for target in targets:
            left = self._attempt.left()
            if not left:
                raise httpcore.ConnectTimeout("out of time")
            try:
                return self._sockets.connect_tcp(target.address, target.port, left)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as refused:
                problem = refused
        raise problem


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


class _Body(httpx.SyncByteStream):
    """The answer as it comes; the connection is closed with it."""

    def __init__(self, stream: Any, pool: httpcore.ConnectionPool) -> None:
        self._stream, self._pool = stream, pool

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        self._stream.close()
        self._pool.close()


class Transport(httpx.BaseTransport):
    """Carries one attempt, over a connection of its own: one that is used again may be dead, and nobody could tell."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        pool = httpcore.ConnectionPool(ssl_context=_tls(), network_backend=_Network(self._attempt), retries=0)
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        try:
            answer = pool.handle_request(
                httpcore.Request(request.method, url, headers=request.headers.raw, content=request.stream)
            )
        except BaseException:
            pool.close()
            raise
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer.stream, pool))
