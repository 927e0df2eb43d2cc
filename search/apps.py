"""App of search."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Wires the catalogue to the publication event, and its addresses and screens to the floors below."""

    name = "search"
    verbose_name = "搜索"

    def ready(self) -> None:
        from site_core import reading
        from site_core.paths import reserve
        from site_core.publication import subscribe
        from site_core.sections import register_section
        from tenants.events import subscribe as subscribe_to_sites

        from . import attachment_events, checks, dashboard  # noqa: F401 - they register themselves
        from .actions import on_publication, on_site_event
        from .entries import register_own_entries
        from .sections import CrossSiteListSection

        for path in ("search", "api"):
            reserve(path)
        reading.has_own_tags("search_catalogueentry", "search_cataloguepart")
        reading.is_not_for_readers("search_attachmenttext", "search_indexwork", "search_searchcount")
        register_own_entries()
        attachment_events.connect()
        subscribe(on_publication, order=30)
        subscribe_to_sites(on_site_event)
        register_section("cross_site_list", CrossSiteListSection())
