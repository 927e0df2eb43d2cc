"""What delivery puts in front of the application in each web process."""

from typing import Any

from django.conf import settings

from delivery.cache.layer import PageCacheLayer
from delivery.cache.listener import Listener
from delivery.cache.store import PageStore
from delivery.cache.warming import Warmer
from delivery.edge.layer import EdgeLayer

_held = PageStore(0)


def held_store() -> PageStore:
    """The pages that this process keeps; a closed store where others keep them."""
    return _held


def with_delivery(application: Any) -> Any:
    """The application behind the page cache. Starts its threads: call it once in a process that serves."""
    if settings.VARNISH_NODES:
        return _with_edge(application)
    if not settings.PAGE_CACHE_BYTES:
        return application
    global _held  # noqa: PLW0603 - one process, one store: the door of the server reads what the layer fills
    store = _held = PageStore(settings.PAGE_CACHE_BYTES)
    layer = PageCacheLayer(application, store)
    warmer = Warmer(layer.refresh)

    def on_open() -> None:
        store.open()
        warmer.resume()

    listener = Listener(
        on_open=on_open,
        on_purge=lambda tags: warmer.want(store.purge(tags)),
        on_lost=lambda: warmer.remember(store.close()),
    )
    warmer.start()
    listener.start()
    return layer


def _with_edge(application: Any) -> Any:
    """Varnish keeps the pages; this process only hears what is purged."""
    store = PageStore(0)
    Listener(on_open=store.open, on_purge=store.purge, on_lost=store.close).start()
    return EdgeLayer(application, store)
