"""App of what stands on every site."""

from django.apps import AppConfig


class SiteCoreConfig(AppConfig):
    """Wires pages to the publication event, and sites to their steps."""

    name = "site_core"
    verbose_name = "网站内容"

    def ready(self) -> None:
        from tenants.events import subscribe as subscribe_to_sites

        from . import checks, doors, member_mail, provisioning_steps, signing_in, wagtail_links  # noqa: F401 - they register themselves
        from .blocks.sections import SECTIONS
        from .checking.registration import register_own_checks
        from .document_actions import on_publication as on_document_publication
        from .publication import subscribe as subscribe_to_publications
        from .publication_ledger import on_publication
        from .sections import register_section

        signing_in.connect()
        doors.connect()
        wagtail_links.connect()
        subscribe_to_sites(provisioning_steps.on_site_event)
        subscribe_to_publications(on_publication, order=10)
        subscribe_to_publications(on_document_publication, order=20)
        for key, block in SECTIONS.items():
            register_section(key, block)
        register_own_checks()
