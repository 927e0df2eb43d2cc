"""Jobs of this floor."""

from django.utils import timezone
from wagtail.models import Page

from site_core.actions import publish_due
from site_core.document_actions import mark_lapsed_documents
from site_core.models import BasePage, Membership
from site_core.picture_making import make_pictures
from tenants.jobs import every_site, site_task
from tenants.selectors import list_schemas_having


def find_sites_with_due_pages(schemas: list[str]) -> list[str]:
    """Of these sites, those where a page is to be published or to expire by now."""
    return list_schemas_having(
        schemas,
        "SELECT 1 FROM {schema}.wagtailcore_page WHERE live AND expire_at < %(now)s"
        " UNION ALL SELECT 1 FROM {schema}.wagtailcore_revision WHERE approved_go_live_at < %(now)s",
        now=timezone.now(),
    )


@every_site("* * * * *", only=find_sites_with_due_pages)
@site_task(queue="pages")
def publish_due_pages() -> int:
    """Publish and expire what is due on the site."""
    return publish_due()


@every_site("*/10 * * * *")
@site_task(queue="housekeeping")
def end_expired_visits() -> int:
    """Take back the memberships of visits that are over."""
    ended, _ = Membership.objects.expired().delete()
    return ended


@every_site("30 3 * * *")
@site_task(queue="housekeeping")
def drop_expired_sessions() -> int:
    """Forget sessions that are over."""
    from site_core.models import Session

    ended, _ = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    return ended


@every_site("5 0 * * *")
@site_task(queue="housekeeping")
def mark_documents_that_lapsed() -> int:
    """Mark documents whose last day was yesterday or before."""
    return mark_lapsed_documents()


@site_task(queue="pictures", priority=-10, lock="site_core.pictures")
def make_draft_pictures(page_id: int) -> int:
    """Make the pictures of a page's newest draft; one page at a time, after everything that somebody waits for."""
    page = Page.objects.filter(pk=page_id).first()
    draft = page.specific.get_latest_revision_as_object() if page is not None else None
    return make_pictures(draft) if isinstance(draft, BasePage) else 0
