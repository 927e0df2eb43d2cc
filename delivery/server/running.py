"""Starts the web processes."""

from uvicorn import Config
from uvicorn.supervisors import Multiprocess

from delivery.server.protocol import DoorProtocol

ENDS_WITHIN_SECONDS = 20
_HUNG_AFTER_SECONDS = 60
"""A process that is merely busy must not be taken for a hung one."""


def run_web(host: str, port: int, processes: int) -> None:
    """Serve until SIGTERM or SIGINT. A process that dies is started again; SIGHUP replaces each, one after the other."""
    config = Config(
        "delivery.server.asgi:make_application",
        factory=True,
        host=host,
        port=port,
        workers=processes,
        http=DoorProtocol,
        interface="asgi3",
        loop="uvloop",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=ENDS_WITHIN_SECONDS,
        timeout_worker_healthcheck=_HUNG_AFTER_SECONDS,
    )
    Multiprocess(config, sockets=[config.bind_socket()]).run()
