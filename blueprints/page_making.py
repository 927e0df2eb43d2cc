"""Makes the pages of nodes, many at once: as `add_child` leaves them, in one statement a table in place of thirty a page."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from blueprints.aiming import NodeAim
from blueprints.site_state import MODEL_FIELDS
from blueprints.tree_writing import STEP, Place
from site_core.models import BasePage, HomePage


def make_pages(aims: Sequence[NodeAim], places: dict[str, Place], acting_user: Any) -> dict[str, BasePage]:
    """The new pages by node key, in the database, live, without a revision; announced by the caller."""
    locale_id = HomePage.objects.values_list("locale_id", flat=True).get()
    pages = {aim.node.key: _build(aim, places[aim.node.key], locale_id, acting_user) for aim in aims}
    by_model: dict[Any, list[BasePage]] = {}
    for page in pages.values():
        by_model.setdefault(type(page), []).append(page)
    for model, group in by_model.items():
        _insert(model, group)
    return pages


def _build(aim: NodeAim, place: Place, locale_id: int, acting_user: Any) -> BasePage:
    model: Any = apps.get_model(aim.node.page_type)
    now = timezone.now()
    page = model(
        **{MODEL_FIELDS.get(name, name): value for name, value in aim.values.items()},
        node_key=aim.node.key,
        locks=[str(lock) for lock in aim.node.locks],
        path=place.path,
        depth=len(place.path) // STEP,
        numchild=place.numchild,
        url_path=place.url_path,
        draft_title=aim.values["title"],
        locale_id=locale_id,
        content_type=ContentType.objects.get_for_model(model),
        owner=acting_user,
        live=True,
        first_published_at=now,
        last_published_at=now,
        public_at=now,
    )
    return page  # type: ignore[no-any-return] # a BasePage


def _insert(model: Any, pages: list[BasePage]) -> None:
    """Django's `bulk_create` refuses models with a table above theirs; this is what `save` does for each of the tables."""
    above = [(parent, link) for parent, link in model._meta.parents.items() if link is not None and link.model is model]
    for parent, _ in above:
        _insert(parent, pages)
    for page in pages:
        for parent, link in above:
            setattr(page, link.attname, getattr(page, parent._meta.pk.attname))
    fields = [each for each in model._meta.local_concrete_fields if each.attname != "id"]
    returned = [each for each in model._meta.local_concrete_fields if each.attname == "id"]
    rows = model._base_manager._insert(pages, fields=fields, returning_fields=returned, using="default")
    for page, row in zip(pages, rows, strict=False):
        page.id, page._state.adding, page._state.db = row[0], False, "default"
