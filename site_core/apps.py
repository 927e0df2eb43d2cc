"""App of what stands on every site."""

from django.apps import AppConfig


class SiteCoreConfig(AppConfig):
    """Wires pages to the publication event, and sites to their steps."""

    name = "site_core"
    verbose_name = "网站内容"

    def ready(self) -> None:
        from wagtail.models import Page
        from wagtail.permissions import register_permission_policy

        from tenants.events import subscribe as subscribe_to_sites

        from . import (  # noqa: F401 - they register themselves
            checks,
            doors,
            draft_events,
            lock_guards,
            member_mail,
            picture_making,
            provisioning_steps,
            reading,
            signing_in,
            wagtail_links,
        )
        from .blocks.sections import SECTIONS
        from .checking.registration import register_own_checks
        from .column_extents import LEDGER_TABLE
        from .demo_steps import SAMPLES, register_demo_step
        from .document_actions import on_publication as on_document_publication
        from .page_permissions import SitePagePermissionPolicy, permissions_for_user
        from .publication import subscribe as subscribe_to_publications
        from .publication_ledger import on_publication
        from .sampling import add_sample_content
        from .sections import register_section

        Page.permissions_for_user = permissions_for_user
        register_permission_policy(Page, SitePagePermissionPolicy(Page))
        signing_in.connect()
        lock_guards.connect()  # before the doors: what is refused is not announced
        doors.connect()
        draft_events.connect()
        draft_events.subscribe(picture_making.on_draft_saved)
        wagtail_links.connect()
        subscribe_to_sites(provisioning_steps.on_site_event)
        subscribe_to_publications(on_publication, order=10)
        subscribe_to_publications(on_document_publication, order=20)
        reading.has_own_tags(LEDGER_TABLE)
        for key, block in SECTIONS.items():
            register_section(key, block)
        register_own_checks()
        register_demo_step(add_sample_content, order=SAMPLES)
