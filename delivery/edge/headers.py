"""What the application tells Varnish about an answer: tags, how long it may be kept, when that was true. Readers never see it."""

import time
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from delivery.cache.answers import Headers
from delivery.cache.lifetime import seconds_of
from delivery.cache.rendering import Rendered
from delivery.purge import pack

A_DAY = 86_400
"""Seconds that an answer is kept at most: a purge that was lost for a reason nobody thought of lasts no longer."""
LONGEST_LINE = 4000
"""Bytes of one header line; Varnish takes 8 KB."""
LONGEST_TAGS = 60_000
"""Bytes of all tags of an answer: what varnishd is started with has room for twice as much."""
_NO_STORE = ("Surrogate-Control", "no-store")


def to_key(tag: str) -> str:
    """The tag as Varnish's module takes it, which parts keys at blanks and commas."""
    return quote(tag, safe=":*/._-~")


def pack_keys(tags: Iterable[str], longest: int = LONGEST_LINE) -> Iterator[str]:
    """Lines of keys, each of so many bytes at most."""
    return pack(map(to_key, tags), longest)


def keeping_headers(made: Rendered) -> Headers:
    """Headers by which Varnish keeps the answer. Ask for them right after nothing of it was found to be purged."""
    seconds = min(int(seconds_of(made) or A_DAY), A_DAY)
    lines = list(pack_keys(sorted(made.tags)))
    if seconds < 1 or sum(map(len, lines)) > LONGEST_TAGS:
        return [_NO_STORE]
    return [
        *(("xkey", line) for line in lines),
        ("Surrogate-Control", f"max-age={seconds}"),
        ("X-Checked-At", f"{time.time():.3f}"),
    ]


def refusing_headers() -> Headers:
    """Headers by which Varnish does not keep the answer."""
    return [_NO_STORE]
