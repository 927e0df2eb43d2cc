"""What every template of a site may ask for."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from site_core import reading
from site_core.selectors import lazy_navigation
from tenants.current import find_current_site, root_url
from tenants.kinds import SiteState


def site(request: HttpRequest) -> dict[str, Any]:
    """`organisation`, `navigation` (lazy), `root_url` (lazy) and whether the site is on trial or archived."""
    organisation = find_current_site()
    if organisation is None:
        return {}
    reading.record(f"settings:{organisation.schema_name}")
    return {
        "organisation": organisation,
        "navigation": lazy_navigation(),
        "root_url": SimpleLazyObject(root_url),
        "is_trial": organisation.state == SiteState.TRIAL,
        "is_archived": organisation.state == SiteState.ARCHIVED,
    }
