"""The command line, which refuses commands of a site where no site was entered."""

import gc
import sys

from django.core.management import ManagementUtility, get_commands


def execute(argv: list[str]) -> None:
    """Run a management command; those of apps that live inside sites need `in_site SCHEMA` in front."""
    name = argv[1] if len(argv) > 1 else "help"
    if _needs_site(name):
        sys.stderr.write(f"“{name}”须在某个网站内执行：manage.py in_site SCHEMA {name} …\n")
        sys.exit(2)
    ManagementUtility(argv).execute()


def _needs_site(command: str) -> bool:
    from django.conf import settings

    if command.startswith("-") or command in {"help", "version"}:
        return False
    _load()
    return is_site_command(get_commands().get(command), settings.TENANT_APPS, settings.SHARED_APPS)


def _load() -> None:
    """All apps, without the collector: it would look through them again and again, a third of the time that loading takes."""
    import django

    gc.disable()
    try:
        django.setup()
        gc.freeze()
    finally:
        gc.enable()


def is_site_command(app: object, site_apps: list[str], shared_apps: list[str]) -> bool:
    """Whether the command's app lives inside sites alone, and is not one of ours, whose commands know sites themselves."""
    if not isinstance(app, str) or app in shared_apps or app == "site_core":
        return False
    return app in site_apps or app.startswith(("wagtail.", "taggit"))
