"""A server that answers with the bytes that it was given, however wrong they are."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Answerer = Callable[[socket.socket], None]


def says(answer: bytes) -> Answerer:
    """Answers with these bytes and closes."""
    return lambda connection: connection.sendall(answer)


def drips(piece: bytes, pause_s: float) -> Answerer:
    """Answers piece by piece, for ever."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        waiting = threading.Event()
        while not waiting.wait(pause_s):
            connection.sendall(piece)

    return answer


@contextmanager
def serving(answer: Answerer, tls: ssl.SSLContext | None = None) -> Iterator["RawServer"]:
    """A server on loopback for the block."""
    server = RawServer(answer, tls)
    try:
        yield server
    finally:
        server.close()


class RawServer:
    """`requests` are the bytes of each request that came, head and body as far as they came at once."""

    def __init__(self, answer: Answerer, tls: ssl.SSLContext | None) -> None:
        self._answer, self._tls = answer, tls
        self.requests: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):  # closed: that is its end
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):  # the client went away, which is what some tests want
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            self.requests.append(connection.recv(65536))
            self._answer(connection)
            connection.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)  # wakes whoever waits for the next connection
        self._socket.close()
