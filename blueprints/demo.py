"""Blueprints in the demo: sites of a demo that is older than blueprints are brought to the current release."""

import structlog

from blueprints.applying import SiteBlocked
from blueprints.models import SiteRelease
from blueprints.releasing import ensure_release
from blueprints.rollouts import apply_to_current_site
from tenants.models import Organisation

logger = structlog.get_logger(__name__)


def adopt_site(site: Organisation) -> None:
    """Adopt the current site where it is on no release; what stands in the way is told and left for the console."""
    if SiteRelease.objects.filter(site=site, release__isnull=False).exists():
        return
    try:
        apply_to_current_site(ensure_release(site.kind))
    except SiteBlocked as blocked:
        logger.warning("a site of the demo could not be adopted", site=site.schema_name, why=str(blocked))
