"""How often one reader may search, ask the API, and be counted. Kept in this process's memory alone."""

from django.core.cache import cache

SEARCHES_A_MINUTE = 60
SUGGESTIONS_A_MINUTE = 240
CLICKS_A_MINUTE = 60
COUNTED_A_MINUTE = 20
_MINUTE = 60
_SAME_SECONDS = 600


def may_search(address: str) -> bool:
    """Whether the reader at this address has searches left in this minute; this one is taken."""
    return _take(f"search:{address}", SEARCHES_A_MINUTE)


def may_suggest(address: str) -> bool:
    """The same for suggestions while typing."""
    return _take(f"suggest:{address}", SUGGESTIONS_A_MINUTE)


def may_be_counted(address: str, text: str) -> bool:
    """Whether a search counts: once for the same reader and words within ten minutes, and few in a minute."""
    is_new = cache.add(f"searched:{address}:{hash(text)}", 1, _SAME_SECONDS)
    return is_new and _take(f"counted:{address}", COUNTED_A_MINUTE)


def may_click(address: str) -> bool:
    """Whether a click counts."""
    return _take(f"click:{address}", CLICKS_A_MINUTE)


def _take(key: str, most: int) -> bool:
    if cache.add(key, 1, _MINUTE):
        return True
    try:
        return int(cache.incr(key)) <= most
    except ValueError:  # the minute ended between the two lines
        return bool(cache.add(key, 1, _MINUTE))
