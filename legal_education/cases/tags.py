"""Tags of the page cache: what shows the cases of a law, and what shows the law's own words."""

from collections.abc import Iterable
from hashlib import sha256

CASES_TAG = "cross:cases"
"""Lists of all cases of the cluster."""


def tag_of_cases(law_key: str) -> str:
    """Carried by what shows the cases bound to that law."""
    return f"cross:cases:{_short(law_key)}"


def tag_of_law(law_key: str) -> str:
    """Carried by what quotes the law, or leads to it."""
    return f"cross:law:{_short(law_key)}"


def list_case_tags(law_keys: Iterable[str]) -> list[str]:
    """All that changes with the cases of these laws."""
    tags = sorted({tag_of_cases(key) for key in law_keys})
    return [CASES_TAG, *tags] if tags else []


def _short(law_key: str) -> str:
    return sha256(law_key.encode()).hexdigest()[:16]
