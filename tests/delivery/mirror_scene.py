"""Two small sites to mirror, 柳湖司法所 and 市法律援助中心, and what the tests ask of a mirror."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from wagtail.models import Collection, CollectionViewRestriction

from delivery.mirror import feeding, making
from delivery.mirror.folder import MirrorFolder
from delivery.mirror.making import Tally, make_mirror, update_mirror
from delivery.mirror.sources import SiteSource
from site_core.models import ArticlePage, PageAttachment, SiteDocument
from tenants.current import enter_site
from tenants.models import Organisation


@dataclass(frozen=True)
class Scene:
    """A site with its mirror below MIRROR_ROOT, and a neighbour."""

    site: Organisation
    other: Organisation
    folder: MirrorFolder

    def make(self) -> Tally:
        return make_mirror(self.site, self.folder)

    def feed(self) -> Tally:
        """What the jobs do after a publication."""
        feeding.feed()
        return update_mirror(self.site, self.folder)

    def file(self, path: str) -> Path:
        return self.folder.root / path.strip("/") / "index.html" if path.endswith("/") else self.folder.root / path[1:]

    def files(self) -> set[str]:
        return {str(path.relative_to(self.folder.root)) for path in self.folder.root.rglob("*") if path.is_file()}


@contextmanager
def rendered() -> Iterator[list[str]]:
    """Collects the addresses that are rendered in the block."""
    asked: list[str] = []
    ask = SiteSource.ask

    def note(self: SiteSource, address: Any) -> Any:
        asked.append(address.text)
        return ask(self, address)

    SiteSource.ask = note  # type: ignore[method-assign] # for the block
    try:
        yield asked
    finally:
        SiteSource.ask = ask  # type: ignore[method-assign] # as it was


def attach(site: Organisation, page: ArticlePage, name: str, content: bytes, *, private: bool = False) -> SiteDocument:
    """A document on the page; `private` in a collection behind a login."""
    with enter_site(site), transaction.atomic():
        document = SiteDocument(title=name, file=ContentFile(content, name=name), file_size=len(content))
        if private:
            document.collection = make_private_collection()
        document.save()
        PageAttachment.objects.create(page=page, document=document, label=name)
        return document


def make_private_collection() -> Collection:
    """A collection of the current site behind a login."""
    collection = Collection.get_first_root_node().add_child(name="内部")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    return collection


def stop_at(monkeypatch: Any, address: str, *, after_writing: bool) -> None:
    """The next run is killed at the address: before anything is done for it, or when its file is there but not noted."""
    do, put = making._Run._do, making._Run._put

    def killed_do(run: Any, entry: Any) -> None:
        if entry.address == address:
            raise KeyboardInterrupt
        do(run, entry)

    def killed_put(run: Any, entry: Any, *rest: Any) -> None:
        if entry.address == address:
            raise KeyboardInterrupt
        put(run, entry, *rest)

    if after_writing:
        monkeypatch.setattr(making._Run, "_put", killed_put)
    else:
        monkeypatch.setattr(making._Run, "_do", killed_do)
