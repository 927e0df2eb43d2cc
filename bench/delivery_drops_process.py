"""`python -m bench.delivery_drops_process SITES PAGES`: prints what one publication drops, as JSON."""

import json
import random
import sys
import threading
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django had to be set up before
from django.core.wsgi import get_wsgi_application  # noqa: E402 - as above
from django.db import transaction  # noqa: E402 - as above

from bench.bulk import multiply_page  # noqa: E402 - as above
from bench.cluster_sites import BenchSites, host_of, schema_of  # noqa: E402 - as above
from delivery.cache.answers import Stored  # noqa: E402 - as above
from delivery.cache.keys import PageKey, make_environ  # noqa: E402 - as above
from delivery.cache.layer import PageCacheLayer  # noqa: E402 - as above
from delivery.cache.listener import Listener  # noqa: E402 - as above
from delivery.cache.rendering import render  # noqa: E402 - as above
from delivery.cache.store import PageStore  # noqa: E402 - as above
from search.actions import rewrite_pages  # noqa: E402 - as above
from site_core import privacy  # noqa: E402 - as above
from site_core.actions import ArticleDraft, publish_article  # noqa: E402 - as above
from site_core.models import BasePage  # noqa: E402 - as above
from site_core.selectors import get_column  # noqa: E402 - as above
from site_core.site_map_selectors import list_addresses  # noqa: E402 - as above
from tenants.current import enter_site  # noqa: E402 - as above

_STORE_BYTES = 4 * 1024**3
_LOOKED_AT = 300
_COLUMNS = ("gzdt", "tzgg")
_HEARD_WITHIN_S = 20
_OTHER_PAGES = 14
"""Pages of a new site that readers see, feeds and site maps among them."""


def main() -> None:
    """Fill, store, publish, look."""
    sites, pages = int(sys.argv[1]), int(sys.argv[2])
    call_command("migrate", verbosity=0)
    BenchSites().ensure(sites)
    schemas = ["city", *(schema_of(number) for number in range(1, sites))]
    each = pages // sites
    for schema in schemas:
        _fill(schema, max(2, (each - _OTHER_PAGES) // len(_COLUMNS)))
    print(json.dumps(_measure(schemas), ensure_ascii=False))


def _fill(schema: str, articles: int) -> None:
    with enter_site(schema):
        for column in _COLUMNS:
            with transaction.atomic():
                page = publish_article(get_column(column), ArticleDraft("示例文章", [("paragraph", "<p>示例。</p>")]))
            multiply_page(page, articles - 1)
        with transaction.atomic(), privacy.read_once():
            rewrite_pages(BasePage.objects.child_of(get_column("gzdt")).specific())


def _measure(schemas: list[str]) -> dict[str, Any]:
    application = get_wsgi_application()
    store = PageStore(_STORE_BYTES)
    layer = PageCacheLayer(application, store)
    is_open, is_purged = threading.Event(), threading.Event()
    dropped: dict[PageKey, Stored] = {}

    def on_purge(tags: tuple[str, ...]) -> None:
        dropped.update(store.purge(tags))
        if any(tag.startswith("sitemap:") for tag in tags):
            is_purged.set()

    def on_open() -> None:
        store.open()
        is_open.set()

    listener = Listener(on_open=on_open, on_purge=on_purge, on_lost=store.close)
    listener.start()
    is_open.wait(_HEARD_WITHIN_S)
    keys = [key for schema in schemas for key in _list_keys(schema)]
    for key in keys:
        b"".join(layer(make_environ(key), lambda status, headers, *rest: None))
    held = {key: page for key in keys if (page := store.get(key))}
    where = schemas[1]
    with enter_site(where), transaction.atomic():
        publish_article(get_column("gzdt"), ArticleDraft("唯一的新消息", [("paragraph", "<p>示例。</p>")]))
    if not is_purged.wait(_HEARD_WITHIN_S):
        raise RuntimeError("the purge was not heard")
    listener.stop()
    alike = [key for key, page in dropped.items() if _looks_as(page, key, application)]
    others = [key for key in held if key not in dropped]
    near = [key for key in others if key.host in (host_of(where), host_of("city"))]
    looked_at = near + random.Random(1).sample(others, min(_LOOKED_AT, len(others)))  # noqa: S311 - a sample, no secret
    stale = [key for key in looked_at if not _looks_as(held[key], key, application)]
    return {
        "sites": len(schemas),
        "in_store": len(held),
        "dropped_pages": len(dropped),
        "looks_as_before": len(alike),
        "looked_at_of_those_kept": len(looked_at),
        "stale": len(stale),
        "dropped": [f"{key.host}{key.path}{' as before' if key in alike else ''}" for key in sorted(dropped)]
        + [f"STALE {key.host}{key.path}" for key in sorted(stale)],
    }


def _list_keys(schema: str) -> list[PageKey]:
    with enter_site(schema):
        paths = [address.path for address in list_addresses(0, 10_000)]
    further = ["/gzdt/feed.xml", "/sitemap.xml", "/sitemap-1.xml", "/site-map/", "/robots.txt"]
    return [PageKey("http", host_of(schema), path, "", "") for path in (*paths, *further)]


def _looks_as(page: Stored, key: PageKey, application: Any) -> bool:
    return page.plain.body == render(application, key).body


if __name__ == "__main__":
    main()
