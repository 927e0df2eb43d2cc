"""What every template of a site may ask for."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from site_core import reading
from site_core.reader import USUAL
from site_core.selectors import get_details, lazy_navigation
from tenants.current import find_current_site, root_url
from tenants.kinds import SiteState


def site(request: HttpRequest) -> dict[str, Any]:
    """`organisation`, `reader`, whether the site is on trial or archived; lazy: `details`, `navigation`, `root_url`."""
    organisation = find_current_site()
    if organisation is None:
        return {}
    reading.record(f"settings:{organisation.schema_name}")
    return {
        "organisation": organisation,
        "details": SimpleLazyObject(get_details),
        "navigation": lazy_navigation(),
        "reader": getattr(request, "reader", USUAL),
        "root_url": SimpleLazyObject(root_url),
        "is_demo": settings.CLUSTER_DEMO,
        "is_trial": organisation.state == SiteState.TRIAL,
        "is_archived": organisation.state == SiteState.ARCHIVED,
    }
