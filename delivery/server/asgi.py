"""The application as uvicorn runs it: WSGI in threads, and the door that is asked before."""

from collections.abc import Callable
from typing import Any

from a2wsgi import WSGIMiddleware

from delivery.server.door import Door

Event = dict[str, Any]


class WebApplication:
    """Requests go to the WSGI application in one of so many threads; `door` answers what needs none.

    `on_end` is called when the last request has its answer.
    """

    def __init__(self, application: Any, door: Door, *, threads: int, on_end: Callable[[], None]) -> None:
        self.door = door
        self._on_end = on_end
        self._threads = WSGIMiddleware(application, workers=threads)

    async def __call__(self, scope: Event, receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        """ASGI."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        # WSGI writes `-` and `_` alike: a stranger's X_Forwarded_For must not pass for the proxy's X-Forwarded-For.
        scope["headers"] = [pair for pair in scope["headers"] if b"_" not in pair[0]]
        await self._threads(scope, receive, send)  # type: ignore[arg-type]

    async def _live(self, receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        """Uvicorn ends by the signal it got, right after this: nothing that waits for the interpreter's end would run."""
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._on_end()
        await send({"type": "lifespan.shutdown.complete"})


def make_application() -> WebApplication:
    """The application of this process. It loads Django: what needs that is imported here."""
    from site_core.wsgi import application  # isort: split

    from django.conf import settings

    from delivery.visits.flushing import stop_flushers
    from delivery.wsgi import held_store

    return WebApplication(application, Door(held_store()), threads=settings.WEB_THREADS, on_end=stop_flushers)
