"""WSGI layers in front of Django in each worker: static files, then the files of the site that owns the host."""

from typing import Any

from django.conf import settings
from whitenoise import WhiteNoise


def with_files(application: Any) -> Any:
    """Django behind media and static files."""
    return WhiteNoise(application, root=settings.STATIC_ROOT, prefix=settings.STATIC_URL, max_age=31_536_000)
