"""App of people, platform roles and the ledger."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Subscribes the ledger to the life of sites, and to people who sign in and out."""

    name = "accounts"
    verbose_name = "人员与账册"

    def ready(self) -> None:
        from tenants.events import subscribe

        from . import checks, login_ledger  # noqa: F401 - the checks register themselves
        from .ledger import on_site_event

        subscribe(on_site_event)
        login_ledger.connect()
