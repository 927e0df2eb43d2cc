"""Where a request comes from, and who sent it, for the ledger."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tenants.connection import connection


@dataclass(frozen=True)
class RequestOrigin:
    """Person (or None), address and id of the request that is being answered."""

    user: Any = None
    address: str = ""
    request_id: str = ""
    kept: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


_NOWHERE = RequestOrigin()
_origin: ContextVar[RequestOrigin] = ContextVar("request_origin", default=_NOWHERE)


def current_origin() -> RequestOrigin:
    """Origin of the running request; an empty one in commands and jobs."""
    return _origin.get()


def set_origin(origin: RequestOrigin) -> Any:
    """Set the origin for the running context; returns the token for `reset_origin`."""
    return _origin.set(origin)


def reset_origin(token: Any) -> None:
    """Put back what was there before."""
    _origin.reset(token)


def keep_for_request(key: str, make: Callable[[], Any]) -> Any:
    """What `make` gives, made once in a request for each site that it enters; in commands and jobs each time, so that
    nothing is ever stale there.
    """
    kept = current_origin().kept
    if current_origin() is _NOWHERE:
        return make()
    name = _name_here(key)
    if name not in kept:
        kept[name] = make()
    return kept[name]


def forget_in_request(key: str) -> None:
    """What was kept under the key has changed."""
    current_origin().kept.pop(_name_here(key), None)


def _name_here(key: str) -> str:
    """A request of the console enters many sites, and what is kept of one says nothing about another."""
    return f"{connection.schema_name}:{key}"


def judge_address(neighbour: str, forwarded: str) -> str:
    """The reader's address: the last one of X-Forwarded-For, where a proxy that the settings name sent it; else the neighbour's."""
    if neighbour not in settings.ALLOWED_PROXIES:
        return neighbour
    return forwarded.rsplit(",", 1)[-1].strip() or neighbour


def client_address(request: HttpRequest) -> str:
    """The reader's address. Proxy headers were already judged by the proxy middleware: REMOTE_ADDR is the truth here."""
    return str(request.META.get("REMOTE_ADDR", ""))[:45]
