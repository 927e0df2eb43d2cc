"""Where a request comes from, and who sent it, for the ledger."""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True)
class RequestOrigin:
    """Person (or None), address and id of the request that is being answered."""

    user: Any = None
    address: str = ""
    request_id: str = ""


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


def client_address(request: HttpRequest) -> str:
    """The reader's address. Proxy headers were already judged by the proxy middleware: REMOTE_ADDR is the truth here."""
    return str(request.META.get("REMOTE_ADDR", ""))[:45]
