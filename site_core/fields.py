"""Model fields of the product."""

from typing import Any

from wagtail.fields import StreamField


class BodyField(StreamField):
    """A StreamField whose blocks stay out of migrations: two hundred schemas run each of them."""

    def deconstruct(self) -> Any:
        """The same field without its block definitions."""
        name, path, _, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [[]], kwargs
