"""How often one reader may ask, in this process. How often an address is written to stands in the database (`subscribing`)."""

from delivery.visits.limits import AddressLimit

ASKS_A_MINUTE = 10
TRIES_A_MINUTE = 20

_asks = AddressLimit(ASKS_A_MINUTE)
_tries = AddressLimit(TRIES_A_MINUTE)


def may_ask(address: str) -> bool:
    """Whether the network address may ask for another confirmation in this minute; this one is counted."""
    return _asks.allows(address)


def may_try(address: str) -> bool:
    """Whether it may try another code."""
    return _tries.allows(address)
