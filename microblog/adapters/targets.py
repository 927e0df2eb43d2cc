"""Which addresses the program may speak to. An account's address is typed in by people: it must not lead into this network."""

import ipaddress
import socket
from dataclasses import dataclass

from django.conf import settings

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class TargetRefused(Exception):
    """The host has an address within this network, or none that is one; `str()` is for editors."""


@dataclass(frozen=True)
class Target:
    """An address that was looked at, to connect to as it is: the name is not resolved a second time."""

    family: socket.AddressFamily
    address: str
    port: int


def find_targets(host: str, port: int) -> list[Target]:
    """All addresses of the host. Raises TargetRefused if a single one is not to be spoken to, OSError if there is none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    targets = [Target(family, str(where[0]), port) for family, _, _, _, where in found]
    for target in targets:
        check_address(target.address)
    return targets


def check_address(address: str) -> None:
    """Raises TargetRefused for loopback, private, link-local, shared and reserved addresses, unless settings allow them."""
    if settings.MICROBLOG_PRIVATE_TARGETS:
        return
    parsed = ipaddress.ip_address(address.partition("%")[0])
    for each in (parsed, *_embedded(parsed)):
        if not each.is_global or each.is_multicast:
            raise TargetRefused("接口地址指向本单位内部网络，已拒绝连接。请填写平台的公网地址。")


def _embedded(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """IPv4 addresses that an IPv6 address stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    nat64 = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None
    return [each for each in (address.ipv4_mapped, address.sixtofour, nat64) if each is not None]


def find_own_address(host: str, port: int) -> str:
    """The address under which this machine speaks to the host; '' where there is no way to it. Sends nothing."""
    try:
        target = find_targets(host, port)[0]
        with socket.socket(target.family, socket.SOCK_DGRAM) as probe:
            probe.connect((target.address, target.port))
            return str(probe.getsockname()[0])
    except (OSError, TargetRefused):
        return ""
