"""How often one reader may search, and be counted as having searched in vain. Kept in this process's memory alone."""

from django.core.cache import cache

SEARCHES_A_MINUTE = 60
MISSES_A_MINUTE = 6
_MINUTE = 60
_SAME_MISS_SECONDS = 600


def may_search(address: str) -> bool:
    """Whether the reader at this address has searches left in this minute; this one is taken."""
    return _take(f"search:{address}", SEARCHES_A_MINUTE)


def may_be_counted(address: str, text: str) -> bool:
    """Whether a vain search counts: once for the same reader and words within ten minutes, and few in a minute."""
    is_new = cache.add(f"search-miss:{address}:{hash(text)}", 1, _SAME_MISS_SECONDS)
    return is_new and _take(f"search-misses:{address}", MISSES_A_MINUTE)


def _take(key: str, most: int) -> bool:
    if cache.add(key, 1, _MINUTE):
        return True
    try:
        return int(cache.incr(key)) <= most
    except ValueError:  # the minute ended between the two lines
        return bool(cache.add(key, 1, _MINUTE))
