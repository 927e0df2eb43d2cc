"""What many ask for is made again at once when it was dropped; what nobody asked for is not."""

import queue

from delivery.cache.answers import Stored
from delivery.cache.keys import PageKey
from delivery.cache.rendering import Rendered
from delivery.cache.warming import HOT_HITS, Warmer


def key(path: str) -> PageKey:
    return PageKey("http", "sfj.localhost", path, "", "")


def page(hits: int, status: int = 200) -> Stored:
    stored = Stored(Rendered(status, "OK", (), b"x", frozenset(), None, ""))
    stored.hits = hits
    return stored


def test_hot_pages_are_made_again_the_most_wanted_first_and_a_broken_one_stops_nobody():
    made: queue.Queue[PageKey] = queue.Queue()

    def refresh(wanted: PageKey) -> bool:
        made.put(wanted)
        if wanted == key("/broken/"):
            raise RuntimeError("the page is broken")
        return True

    warmer = Warmer(refresh)
    warmer.want({
        key("/cold/"): page(HOT_HITS - 1), key("/warm/"): page(HOT_HITS), key("/hot/"): page(90), key("/broken/"): page(50),
        key("/missing/"): page(99, 404),
    })  # fmt: skip
    warmer.start()
    assert [made.get(timeout=5) for _ in range(3)] == [key("/hot/"), key("/broken/"), key("/warm/")]
    warmer.remember({key("/before/"): page(10)})
    warmer.want({})
    assert made.empty()
    warmer.resume()
    assert made.get(timeout=5) == key("/before/")
