"""What a new site gets from this floor: home page, Wagtail's Site row, roles; and what follows its life."""

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Site

from site_core.locks import rollout
from site_core.models import HOME_SLUG, HomePage
from site_core.roles import roles_version, write_roles
from tenants.current import enter_site
from tenants.events import SiteEvent
from tenants.models import Organisation
from tenants.provisioning import register_step
from tenants.selectors import find_primary_host


@register_step(name="home")
def make_home(site: Organisation) -> None:
    """The home page, and the one Site row, which names the host."""
    home = HomePage.objects.first() or _add_home(site)
    host = find_primary_host(site)
    row = Site.objects.first() or Site(port=80)
    row.hostname, row.site_name, row.root_page, row.is_default_site = host, site.short_name, home, True
    row.save()


def _add_home(site: Organisation) -> HomePage:
    root, now = Page.get_first_root_node(), timezone.now()
    home = HomePage(
        title=site.name, slug=HOME_SLUG, summary=f"{site.name}网站首页。", live=True, first_published_at=now
    )
    with transaction.atomic(), rollout():  # whoever makes a site in the console does not publish past its review
        root.add_child(instance=home)
    return home


@register_step(name="roles", after=("home",), version=roles_version())
def make_roles(site: Organisation) -> None:
    """Groups and their rights."""
    write_roles()


def on_site_event(event: SiteEvent) -> None:
    """Keep Wagtail's Site row in step with the organisation's host and name."""
    if event.kind not in {"host_changed", "details_changed"}:
        return
    with enter_site(event.site):
        if not _has_schema():
            return  # the site is just being made: its steps come later
        host = find_primary_host(event.site)
        for row in Site.objects.all():
            row.hostname, row.site_name = host, event.site.short_name
            row.save()


def _has_schema() -> bool:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('wagtailcore_site') IS NOT NULL")
        return bool(cursor.fetchone()[0])
