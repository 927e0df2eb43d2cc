"""Links that lead away from the cluster: a notice stands before them (domain R1.30), and nothing is sent on unseen."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from site_core.selectors import get_details
from tenants.selectors import list_cluster_hosts

GOVERNMENT = (".gov.cn", ".政务", ".政务.cn")
_LONGEST = 1000
_HOST = re.compile(r"^[\w.-]+$")
_ADDRESS = re.compile(r"https?://|/(?![/\\])|[?#]|mailto:|tel:", re.IGNORECASE)
_HREF = re.compile(r'(<a\b[^>]*?\shref=")(https?://[^"]+)(")', re.IGNORECASE)


@dataclass(frozen=True)
class Destination:
    """An address elsewhere, and its host."""

    url: str
    host: str


def read_destination(text: str) -> Destination | None:
    """The address, if it is one of http or https on a named host; None for everything else."""
    if not text or len(text) > _LONGEST or not text.isprintable() or "\\" in text:
        return None
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not _HOST.match(host) or parts.username or _is_number(host):
        return None
    return Destination(text, host)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_government(host: str) -> bool:
    suffixes = (*GOVERNMENT, *(_dotted(each) for each in settings.GOV_SUFFIXES))
    return f".{host}".endswith(suffixes)


def _dotted(suffix: str) -> str:
    return "." + suffix.lstrip(".")


def list_trusted(hosts: set[str]) -> set[str]:
    """Those of the hosts that need no notice: government's, the cluster's own, and what the site trusts."""
    government = {host for host in hosts if _is_government(host)}
    others = hosts - government
    if not others:
        return government
    trusted = {line.strip().lower() for line in get_details().trusted_hosts.splitlines()}
    return government | (others & trusted) | list_cluster_hosts(others)


def is_address(url: str) -> bool:
    """Whether the text is an address that a link may hold: of the web, a path of ours, a mailbox or a telephone."""
    return bool(_ADDRESS.match(url)) and url.isprintable()


def leave_url(url: str) -> str:
    """Where a link to the address leads: straight there, or by way of the notice."""
    destination = read_destination(url)
    if destination is None or destination.host in list_trusted({destination.host}):
        return url
    return _by_way_of_notice(url)


def _by_way_of_notice(url: str) -> str:
    return f"/leave/?to={quote(url, safe='')}"


def rewrite_links(html: str) -> str:
    """The HTML with every link to elsewhere by way of the notice; two queries at the most, whatever number of links."""
    destinations = [read_destination(_unescape(found[2])) for found in _HREF.finditer(html)]
    hosts = {each.host for each in destinations if each}
    if not hosts:
        return html
    trusted = list_trusted(hosts)

    def rewrite(found: re.Match[str]) -> str:
        destination = read_destination(_unescape(found[2]))
        if destination is None or destination.host in trusted:
            return found[0]
        return f"{found[1]}{_by_way_of_notice(destination.url)}{found[3]}"

    return _HREF.sub(rewrite, html)


def _unescape(url: str) -> str:
    return url.replace("&amp;", "&")


@require_safe
@transaction.non_atomic_requests
def show_notice(request: HttpRequest) -> HttpResponse:
    """The notice with the host's name; a plain link goes on. Junk is refused: this page sends nobody anywhere by itself."""
    destination = read_destination(request.GET.get("to", ""))
    if destination is None:
        raise BadRequest("no address to leave for")
    response = render(request, "site_core/leave.html", {"destination": destination})
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
