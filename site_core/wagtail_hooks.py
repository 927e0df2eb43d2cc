"""What this floor adds to Wagtail's admin, by topic."""

from site_core import people_hooks  # noqa: F401 - it registers itself
