"""App of people, platform roles and the ledger."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Subscribes the ledger to the life of sites."""

    name = "accounts"
    verbose_name = "人员与账册"

    def ready(self) -> None:
        from tenants.events import subscribe

        from . import checks  # noqa: F401 - registers the system checks
        from .ledger import on_site_event

        subscribe(on_site_event)
