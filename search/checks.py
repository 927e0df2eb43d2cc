"""System checks of search."""

from typing import Any

from django.core.checks import Error, Tags, register


@register(Tags.models)
def check_page_types(**kwargs: Any) -> list[Error]:
    """Each public page type has a catalogue entry, or says that it has none."""
    from search.catalogue import list_undeclared

    return [
        Error(
            f"{model.__module__}.{model.__name__} has no catalogue entry.",
            hint="search.catalogue.register_entry(page_class, builder), or None for pages that are not to be found.",
            obj=model,
            id="search.E001",
        )
        for model in list_undeclared()
    ]
