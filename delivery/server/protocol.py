"""uvicorn's own protocol, with the door before its parser, a limit of heads, and a watch over silent connections."""

from asyncio import Transport
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    from delivery.server.asgi import WebApplication

SILENT_SECONDS = 75.0
"""Longer than nginx keeps a connection to us (60 s), so that it never writes on one that we are closing."""
LARGEST_HEAD = 65_536
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class DoorProtocol(HttpToolsProtocol):
    """One connection. The door is asked only between two requests; from a request's first byte on the parser has it."""

    app: "WebApplication"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_between, self._is_in_head = True, False
        self._head_bytes = 0
        self._heard_at = 0.0
        self._watch: Any = None
        self._general: tuple[list[tuple[bytes, bytes]], bytes] = ([], b"")
        self._address = ""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override] # as uvicorn's own
        """Asyncio."""
        super().connection_made(transport)
        self._address = self.client[0] if self.client else ""
        self._heard_at = self.loop.time()
        self._watch = self.loop.call_later(SILENT_SECONDS, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Asyncio."""
        self._watch.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Asyncio."""
        if self._is_idle():
            parts = self.app.door.answer(data, self._address, self._general_fields())
            if parts is not None:
                self._heard_at = self.loop.time()
                self.transport.writelines(parts)
                return
        super().data_received(data)
        self._limit_head(len(data))

    def _is_idle(self) -> bool:
        return (
            self._is_between
            and (self.cycle is None or self.cycle.response_complete)
            and not self.flow.write_paused
            and not self.transport.is_closing()
        )

    def _general_fields(self) -> bytes:
        current = self.server_state.default_headers
        if self._general[0] is not current:  # the server makes another list each second
            self._general = (current, b"".join(b"%b: %b\r\n" % pair for pair in current))
        return self._general[1]

    def _limit_head(self, received: int) -> None:
        """The parser takes fields for ever."""
        self._head_bytes = self._head_bytes + received if self._is_in_head else 0
        if self._head_bytes > LARGEST_HEAD and not self.transport.is_closing():
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    # Of the parser.

    def on_message_begin(self) -> None:
        """Httptools."""
        self._is_between, self._is_in_head = False, True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Httptools."""
        self._is_in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Httptools."""
        self._is_between = True
        super().on_message_complete()

    # Of time.

    def on_response_complete(self) -> None:
        """Uvicorn."""
        self._heard_at = self.loop.time()
        super().on_response_complete()

    def timeout_keep_alive_handler(self) -> None:
        """Uvicorn's own watch knows nothing of the door: `_look` does its work."""

    def _look(self) -> None:
        is_busy = self.cycle is not None and not self.cycle.response_complete
        if not is_busy and self.loop.time() - self._heard_at >= SILENT_SECONDS:
            self.transport.close()
        else:
            self._watch = self.loop.call_later(SILENT_SECONDS, self._look)
