"""What a request says of itself, read strictly: its host, and the id that a proxy gave it."""

import re

from django.http import HttpRequest

from .hosts import HostRefused, normalise_host

_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}\Z")


def find_requested_host(request: HttpRequest) -> str:
    """Host of the request without port, lower case, ASCII; '' where the header is no host name.

    Only the Host header counts: X-Forwarded-Host may come from anybody.
    """
    raw = request.META.get("HTTP_HOST", "")
    name, _, port = raw.partition(":")
    if port and not port.isdigit():
        return ""
    try:
        return normalise_host(name)
    except HostRefused:
        return ""


def read_request_id(given: str) -> str:
    """The id, if it is a well-formed one; else ''."""
    return given if given and _REQUEST_ID.match(given) else ""
