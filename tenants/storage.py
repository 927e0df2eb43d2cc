"""Files of a site: each in a folder of its own, reached only from inside the site (leaks L15, L17)."""

from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible

from .current import current_site


def media_root_of(schema_name: str) -> Path:
    """Folder of all files of that site."""
    return Path(settings.MEDIA_ROOT) / schema_name


@deconstructible(path="tenants.storage.SiteStorage")
class SiteStorage(FileSystemStorage):
    """File storage below the current site's folder. Raises NoCurrentSite outside of a site."""

    @property
    def base_location(self) -> str:  # type: ignore[override] # a cached attribute there; here it changes with the site
        return str(media_root_of(current_site().schema_name))

    @property
    def location(self) -> str:  # type: ignore[override] # as above
        return self.base_location

    @property
    def base_url(self) -> str:  # type: ignore[override] # as above; the host, not the path, names the site
        return settings.MEDIA_URL
