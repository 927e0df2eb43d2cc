"""Delivery in Wagtail's admin, by part."""

from delivery.edge import console  # noqa: F401 - it registers itself
from delivery.visits import hooks as visits_hooks  # noqa: F401 - they register themselves
