"""WSGI layers in front of Django in each worker: static files, then the files of the site that owns the host."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from django.utils.module_loading import import_string
from whitenoise import WhiteNoise

from site_core.media import MediaLayer, SiteMedia
from tenants.connection import connection
from tenants.current import leave_site
from tenants.kinds import SiteState
from tenants.selectors import find_organisation_for_host
from tenants.storage import media_root_of


def with_files(application: Any) -> Any:
    """Django behind media and static files."""
    media = MediaLayer(application, find_site=find_media_of, accel_by_server=settings.ACCEL_BY_SERVER)
    return WhiteNoise(media, root=settings.STATIC_ROOT, prefix=settings.STATIC_URL, max_age=31_536_000)


def with_layers(application: Any) -> Any:
    """The application behind the layers of the floors above (`WSGI_LAYERS`)."""
    for name in reversed(settings.WSGI_LAYERS):
        application = import_string(name)(application)
    return application


def find_media_of(host: str) -> SiteMedia | None:
    """Folder of the site whose primary host this is; None for any other host, so that no file answers to it.

    One query. The schema is afterwards what it was before.
    """
    with _own_request(), leave_site():
        found = find_organisation_for_host(host)
    if found is None or not found[1]:
        return None
    site = found[0]
    return SiteMedia(media_root_of(site.schema_name), site.state != SiteState.SUSPENDED)


@contextmanager
def _own_request() -> Iterator[None]:
    """What Django does around each request, which nobody does here: a connection too old or broken is not used again.

    Inside a transaction nothing is closed: then somebody else's request is going on around this look-up.
    """
    if connection.in_atomic_block:
        yield
        return
    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()
