"""What this floor adds to Wagtail's admin, by topic."""

from site_core import admin_hooks, console_hooks, editing_hooks, ledger_hooks, paste_hooks, people_hooks  # noqa: F401 - they register themselves
