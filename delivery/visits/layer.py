"""WSGI layer before Django that answers the beacons of public pages, and counts them in memory."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone
from werkzeug.wrappers import Response

from accounts.requests import judge_address

from .batch import Batch, Place, Visitor
from .beacon import Beacon, BeaconRefused, read_beacon
from .flushing import Flusher
from .limits import AddressLimit
from .robots import is_robot

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

VISIT_PATH = "/visit/"
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class VisitLayer:
    """Answers `POST /visit/` by itself, without Django and without the database; all else goes to the application."""

    def __init__(
        self,
        application: "WSGIApplication",
        *,
        flusher: Flusher | None = None,
        limit: AddressLimit | None = None,
        today: Callable[[], date] = timezone.localdate,
    ) -> None:
        self._application = application
        self._flusher = flusher or Flusher(Batch())
        self._limit = limit or AddressLimit()
        self._today = today

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """WSGI."""
        if environ.get("PATH_INFO", "") != VISIT_PATH:
            return self._application(environ, start_response)
        return self._answer(environ)(environ, start_response)

    def _answer(self, environ: "WSGIEnvironment") -> Response:
        try:
            beacon = read_beacon(environ)
        except BeaconRefused as refusal:
            return _say(refusal.status)
        address = judge_address(environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR", ""))[:45]
        if not self._limit.allows(address):
            return _say(429)
        # A robot is answered like anybody: it learns nothing.
        if not beacon.is_early and not is_robot(beacon.user_agent):
            self._count(beacon, address)
        return _say(204)

    def _count(self, beacon: Beacon, address: str) -> None:
        visitor = None if beacon.is_anonymous else Visitor(address, beacon.user_agent)
        self._flusher.add(Place(self._today(), beacon.host, beacon.path), visitor)


def _say(status: int) -> Response:
    answer = Response(status=status, headers=_HEADERS)
    del answer.headers["Content-Type"]
    if status == 405:
        answer.headers["Allow"] = "POST"
    return answer
