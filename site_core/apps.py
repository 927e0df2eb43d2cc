"""App of what stands on every site."""

from django.apps import AppConfig


class SiteCoreConfig(AppConfig):
    """Wires pages to the publication event, and sites to their steps."""

    name = "site_core"
    verbose_name = "网站内容"

    def ready(self) -> None:
        from tenants.events import subscribe as subscribe_to_sites

        from . import checks, doors, member_mail, provisioning_steps, signing_in, wagtail_links  # noqa: F401 - they register themselves
        from .publication import subscribe as subscribe_to_publications
        from .publication_ledger import on_publication

        signing_in.connect()
        doors.connect()
        wagtail_links.connect()
        subscribe_to_sites(provisioning_steps.on_site_event)
        subscribe_to_publications(on_publication, order=10)
