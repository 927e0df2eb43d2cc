"""How often one address may count. Bounded: the address that was silent longest is forgotten first."""

import ipaddress
import threading
from collections import OrderedDict
from time import monotonic

MOST_PER_MINUTE = 240
"""A whole office may read behind one address."""
MOST_ADDRESSES = 10_000
_MINUTE = 60.0


class AddressLimit:
    """Counts by address and minute."""

    def __init__(self, per_minute: int = MOST_PER_MINUTE, most_addresses: int = MOST_ADDRESSES) -> None:
        self._per_minute, self._most = per_minute, most_addresses
        self._lock = threading.Lock()
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def allows(self, address: str) -> bool:
        """Whether the address may count once more in this minute; counts it."""
        key, minute = _network_of(address), int(monotonic() // _MINUTE)
        with self._lock:
            since, count = self._counts.pop(key, (minute, 0))
            count = count + 1 if since == minute else 1
            self._counts[key] = (minute, count)
            if len(self._counts) > self._most:
                self._counts.popitem(last=False)
        return count <= self._per_minute


def _network_of(address: str) -> str:
    """An IPv6 subscriber has a network of 2^64 addresses: they count as one."""
    if ":" not in address:
        return address
    try:
        parsed = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    return str(int(parsed) >> 64) if parsed.ipv4_mapped is None else str(parsed.ipv4_mapped)
