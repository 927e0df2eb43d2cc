"""App of organisations and the current site."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    """Ground floor; its checks are registered here."""

    name = "tenants"
    verbose_name = "网站群"

    def ready(self) -> None:
        from django.core.signals import request_finished

        from . import checks  # noqa: F401 - registers the system checks
        from .middleware import forget_request

        request_finished.connect(forget_request)
