"""App of delivery."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """Wires purging to the publication event and to what the floors below say was changed."""

    name = "delivery"
    verbose_name = "网站访问"

    def ready(self) -> None:
        from site_core import reading
        from site_core.publication import subscribe
        from tenants.events import subscribe as subscribe_to_sites

        from . import purge, tags, watching
        from .edge.actions import note_changes
        from .mirror import connect_mirrors
        from .visits.wiring import wire_visits

        watching.connect()
        tags.connect()
        reading.has_own_tags("site_core_siteimage", "site_core_siterendition", "site_core_sitedocument")
        reading.has_own_tags("site_core_pageattachment")
        reading.subscribe(purge.send)
        subscribe(tags.on_publication, order=40)
        subscribe_to_sites(tags.on_site_event)
        purge.add_consumer(note_changes)
        wire_visits()
        connect_mirrors()
