"""The host that a request asks for, read once and strictly."""

from django.http import HttpRequest

from .hosts import HostRefused, normalise_host


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
