"""How often strangers may write here, by address and minute. A school's computer room sits behind one address."""

from delivery.visits.limits import AddressLimit

ENTRIES = AddressLimit(per_minute=120)
"""Entering, beginning, handing in."""
CODES = AddressLimit(per_minute=10)
"""Trying a telephone number with a code."""
CHECKS = AddressLimit(per_minute=60)
"""Looking up a certificate."""
SAVES = AddressLimit(per_minute=240, most_addresses=50_000)
"""Answers, by participant."""
