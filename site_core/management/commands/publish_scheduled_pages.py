"""`publish_scheduled_pages`: the old name of Wagtail's `publish_scheduled`; the same command of ours."""

from site_core.management.commands.publish_scheduled import Command

__all__ = ["Command"]
