"""Model fields of the product."""

from functools import cached_property
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import JSONField
from wagtail.fields import StreamField


class PlainJSONEncoder(DjangoJSONEncoder):
    """JSON with Chinese characters as they are: written as escapes, a text takes twice the room and time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "ensure_ascii": False})


class BodyField(StreamField):
    """A StreamField whose blocks stay out of migrations: two hundred schemas run each of them."""

    @cached_property
    def json_field(self) -> JSONField:
        """How the body is written, in its column and within revisions."""
        return JSONField(encoder=PlainJSONEncoder)

    def deconstruct(self) -> Any:
        """The same field without its block definitions."""
        name, path, _, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [[]], kwargs


class SectionsField(BodyField):
    """Sections of a home page. Which there are is known when all apps are ready, not when the model is made."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__([], **kwargs)

    @cached_property
    def stream_block(self) -> Any:
        """The block of all registered sections."""
        from wagtail.blocks import StreamBlock

        from site_core.sections import list_sections

        block = StreamBlock(list_sections())
        block.set_meta_options(self.block_opts)
        return block

    def deconstruct(self) -> Any:
        """Without any block, not even a list of none."""
        name, path, _, kwargs = super().deconstruct()
        return name, path, [], kwargs
