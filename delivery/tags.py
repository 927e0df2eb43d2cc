"""Which tags a publication changes: the page, the lists it stands in, its neighbours, and the navigation where that shows it."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey
from django.db.models.signals import post_delete, post_init, post_save, pre_save
from wagtail.models import Page
from wagtail.signals import post_page_move

from site_core import reading
from site_core.models import BasePage, ColumnPage, HomePage, SiteDocument, SiteImage, TopicPage
from site_core.publication import Publication
from site_core.selectors import find_neighbours
from tenants.current import current_site
from tenants.events import SiteEvent

_IN_NAVIGATION = (HomePage, ColumnPage, TopicPage)
_APPEARS = frozenset({"published", "changed", "moved", "opened"})


def on_publication(publication: Publication) -> None:
    """Say which tags the publication changed, in its transaction."""
    reading.changed(*dict.fromkeys(list_changed(publication)))


def list_changed(publication: Publication) -> Iterator[str]:
    """Tags of what shows the page, or has to from now on."""
    page, schema = publication.page, current_site().schema_name
    yield f"page:{schema}:{page.pk}"
    yield f"sitemap:{schema}"
    yield f"missing:{schema}"
    for ancestor in _list_ids_above(page) if not isinstance(page, ColumnPage | HomePage) else ():
        yield f"column:{schema}:{ancestor}"  # columns stand in no list but the navigation
    for related in _list_related(page):
        yield f"page:{schema}:{related}"
    if isinstance(page, _IN_NAVIGATION):
        yield f"nav:{schema}"
    elif publication.kind in _APPEARS and isinstance(page, BasePage):
        yield from _list_neighbours(page, schema)


def _list_ids_above(page: Page) -> list[int]:
    """The page itself too: a column that moves takes its list along."""
    steps = [page.path[:end] for end in range(page.steplen, len(page.path) + 1, page.steplen)]
    return list(Page.objects.filter(path__in=steps).order_by("path").values_list("pk", flat=True))


def _list_neighbours(page: BasePage, schema: str) -> Iterator[str]:
    """Those that have to lead to this page now; the ones that did so before carry its own tag."""
    beside = find_neighbours(page)
    for each in (beside.previous, beside.next):
        if each is not None:
            yield f"beside:{schema}:{each.pk}"


def _list_related(page: Page) -> set[int]:
    """Pages that this one names in a field of its own, or did until now: they show it in return."""
    now = {getattr(page, name) for name in related_fields(type(page))}
    return (now | getattr(page, "_related_before", set())) - {None}


def related_fields(model: type[Page]) -> list[str]:
    """Columns of the page's own fields that hold another page."""
    own = [
        field
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and not field.remote_field.parent_link
    ]
    known = {field.name for field in Page._meta.get_fields()}
    return [field.attname for field in own if issubclass(field.related_model, Page) and field.name not in known]


def connect() -> None:
    """What is read is noted as it is loaded; what passes by the publication event is noted as it is written."""
    for model in (model for model in apps.get_models() if issubclass(model, Page)):
        post_init.connect(_on_page_loaded, sender=model, dispatch_uid="delivery.loaded")
    for file_model, receiver in ((SiteImage, _on_image), (SiteDocument, _on_document)):
        for signal in (post_init, post_save, post_delete):
            signal.connect(receiver, sender=file_model, dispatch_uid="delivery.file")
    pre_save.connect(_keep_related, dispatch_uid="delivery.related")
    post_save.connect(_on_saved, dispatch_uid="delivery.saved")
    post_delete.connect(_on_deleted, sender=Page, dispatch_uid="delivery.deleted")
    post_page_move.connect(_on_moved, dispatch_uid="delivery.moved")


def _on_page_loaded(sender: Any, instance: Page, **kwargs: Any) -> None:
    if instance.pk and reading.is_listening():
        reading.record(f"page:{current_site().schema_name}:{instance.pk}")


def _on_image(sender: Any, instance: Any, signal: Any, **kwargs: Any) -> None:
    _on_file("image", instance, is_change=signal is not post_init)


def _on_document(sender: Any, instance: Any, signal: Any, **kwargs: Any) -> None:
    _on_file("document", instance, is_change=signal is not post_init)


def _on_file(kind: str, instance: Any, *, is_change: bool) -> None:
    if instance.pk and (is_change or reading.is_listening()):
        tag = f"{kind}:{current_site().schema_name}:{instance.pk}"
        (reading.changed if is_change else reading.record)(tag)


def _keep_related(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    if raw or not isinstance(instance, BasePage) or not instance.pk:
        return
    names = related_fields(type(instance))
    if names:
        found = type(instance).objects.filter(pk=instance.pk).values_list(*names).first()
        instance._related_before = set(found or ())  # type: ignore[attr-defined] # read by `_list_related`


def _on_saved(sender: Any, instance: Any, created: bool = False, raw: bool = False, **kwargs: Any) -> None:
    if created and not raw and isinstance(instance, BasePage):
        _note_filling(instance, instance.path[: -instance.steplen], turning=1)


def _on_deleted(sender: Any, instance: Page, **kwargs: Any) -> None:
    _note_filling(instance, instance.path[: -instance.steplen], turning=0)


def _on_moved(sender: Any, instance: Page, parent_page_before: Page, **kwargs: Any) -> None:
    _note_filling(instance, instance.path[: -instance.steplen], turning=1)
    _note_filling(instance, parent_page_before.path, turning=0)


def _note_filling(page: Page, parent: str, *, turning: int) -> None:
    """Lists of columns leave out those that hold nothing, not even a draft, or nothing but empty columns.

    They change with the first page (`turning` 1: it is the only one now) and with the last (0: none is left).
    """
    columns = ColumnPage.objects.all()
    if not columns.filter(path=parent, show_in_menus=False).exists():
        return
    beside = Page.objects.filter(path__startswith=parent, depth=len(parent) // page.steplen + 1)
    items = beside.exclude(pk__in=columns.filter(path__startswith=parent).values("pk"))
    counts = items.values("pk")[: turning + 1].count(), beside.values("pk")[: turning + 1].count()
    if turning in counts:
        schema = current_site().schema_name
        reading.changed(f"nav:{schema}", f"sitemap:{schema}")


def on_site_event(event: SiteEvent) -> None:
    """The site's names, host or state changed: all its pages, whatever they are made of."""
    reading.changed(f"settings:{event.site.schema_name}")
