"""Making a mirror: the whole of it, or what changed. Both do what the index says is due until nothing is."""

import errno
import hashlib
import logging
import mimetypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from delivery.cache.rendering import Rendered
from delivery.mirror import notices
from delivery.mirror.addresses import DOCUMENTS, ICON, MEDIA, NOT_FOUND, Address, find_file, parse_address, read_link
from delivery.mirror.folder import MirrorBusy, MirrorFolder, MirrorRefused
from delivery.mirror.index import Entry, Made, MirrorIndex
from delivery.mirror.links import list_links
from delivery.mirror.sources import SiteSource
from delivery.purge import EVERYTHING
from site_core.site_map_selectors import list_addresses
from tenants.current import enter_site
from tenants.kinds import SiteState
from tenants.models import Organisation

logger = logging.getLogger(__name__)

_FIXED = (Address("/"), Address("/robots.txt"), Address("/sitemap.xml"), Address("/site-map/"))
_AT_ONCE = 2000
_OWN_HEADERS = frozenset({"x-request-id", "set-cookie", "content-length", "connection", "x-accel-redirect"})
_RESUME_WITHIN = timedelta(hours=1)
"""A whole run that broke off is gone on with within this time where nothing tells the mirror of changes."""
_NAME_PROBLEMS = frozenset({errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.EEXIST})


class MirrorIncomplete(RuntimeError):
    """Some pages could not be made; the mirror holds their last ones."""


@dataclass
class Tally:
    """What a run did: pages rendered, files written, linked and removed; addresses that failed, and that are for nobody."""

    rendered: int = 0
    written: int = 0
    linked: int = 0
    removed: int = 0
    failed: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Both together."""
        for name in ("rendered", "written", "linked", "removed", "failed", "refused"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def folder_of(schema: str) -> MirrorFolder:
    """Where the site's mirror is kept up to date. Raises MirrorRefused where no mirrors are kept."""
    if not settings.MIRROR_ROOT:
        raise MirrorRefused("没有设置 MIRROR_ROOT。")
    return MirrorFolder(Path(settings.MIRROR_ROOT) / schema)


def _is_kept(folder: MirrorFolder, site: Organisation) -> bool:
    """Whether changes are told to this mirror."""
    return bool(settings.MIRROR_ROOT) and folder.root.resolve() == folder_of(site.schema_name).root.resolve()


def count_pages(site: Organisation) -> int:
    """How many pages of the site's tree a whole run will make, and `on_page` be called for."""
    with enter_site(site):
        return sum(1 for _ in _list_pages())


def _list_pages() -> Iterator[Address]:
    start = 0
    while rows := list_addresses(start, _AT_ONCE):
        yield from (Address(row.path) for row in rows)
        start += _AT_ONCE


def make_mirror(site: Organisation, folder: MirrorFolder, on_page: Callable[[], None] = lambda: None) -> Tally:
    """The whole mirror, new or anew, in the site's folder. Raises MirrorRefused and MirrorBusy."""
    if site.state == SiteState.SUSPENDED:
        raise MirrorRefused(f"“{site.short_name}”暂停服务，没有可供复制的页面。")
    folder.prepare()
    with enter_site(site), folder.lock(), MirrorIndex(folder.index_path) as index:
        _check_owner(index, site)
        run = _Run(index, folder, SiteSource.of(site), on_page)
        tally = run.make_whole(may_resume=_is_kept(folder, site))
    if folder.is_mirror and _has_changes(folder):
        tally.add(update_mirror(site, folder))
    return tally


def update_mirror(site: Organisation, folder: MirrorFolder) -> Tally:
    """What changed, until nothing waits. Nothing happens without a mirror, or while another process is at it."""
    tally = Tally()
    if site.state == SiteState.SUSPENDED or not folder.is_mirror:
        return tally
    is_first = True
    # What was noted after the last look, while the lock was still held, has nobody else to do it.
    while is_first or _has_changes(folder):
        is_first = False
        try:
            with enter_site(site), folder.lock(), MirrorIndex(folder.index_path) as index:
                _check_owner(index, site)
                tally.add(_Run(index, folder, SiteSource.of(site)).make_changed())
        except MirrorBusy:
            break
    return tally


def _has_changes(folder: MirrorFolder) -> bool:
    with MirrorIndex(folder.index_path) as index:
        return index.has_changes()


def _check_owner(index: MirrorIndex, site: Organisation) -> None:
    owner = index.fact("site")
    if owner and owner != site.schema_name:
        raise MirrorRefused(f"这里是网站 {owner} 的镜像，不是 {site.schema_name} 的。")
    index.set_fact("site", site.schema_name)


class _Run:
    """One run over one mirror, by the holder of its lock, inside the site."""

    def __init__(
        self, index: MirrorIndex, folder: MirrorFolder, source: SiteSource, on_page: Callable[[], None] = lambda: None
    ) -> None:
        self._index, self._folder, self._source, self._on_page = index, folder, source, on_page
        self._tally = Tally()
        self._run = 0
        self._gone: set[Address] = set()  # so that a dead link on every page is asked for once
        self._seen_assets: set[Address] = set()
        self._has_found = False
        self._pages: set[Address] = set()  # of the tree, for who counts along
        self._began = timezone.now()

    def make_whole(self, *, may_resume: bool) -> Tally:
        """Everything that there is a way to; what there is none to goes."""
        self._notice_new_host()
        is_resumed = self._may_resume(may_resume)
        if not is_resumed:
            self._index.set_fact("round_began", self._began.isoformat())
        self._index.set_fact("is_open", "1")
        self._run = self._index.begin_run(is_whole=True, is_resumed=is_resumed)
        self._reach(self._list_seeds())
        self._do_due(is_whole=True)
        if not self._tally.failed:
            for entry in self._index.list_unreached():
                self._remove(entry)
            self._index.set_fact("is_open", "")
        return self._finish()

    def make_changed(self) -> Tally:
        """What is made of changed tags, what is over, and what these pages lead to."""
        self._notice_new_host()
        self._run = self._index.begin_run(is_whole=False)
        self._index.mark_over(self._began)
        self._do_due(is_whole=False)
        return self._finish()

    def _may_resume(self, is_kept: bool) -> bool:
        began = self._index.fact("round_began")
        if not self._index.fact("is_open") or not began:
            return False
        return is_kept or self._began - datetime.fromisoformat(began) < _RESUME_WITHIN

    def _notice_new_host(self) -> None:
        known = self._index.fact("root_url")
        if known and known != self._source.root_url:
            self._index.mark_all()
        self._index.set_fact("root_url", self._source.root_url)

    def _finish(self) -> Tally:
        away = notices.render_away(self._source, as_of=self._began)
        self._folder.write(notices.AWAY, away)
        self._folder.write(notices.SEARCH, away)
        self._index.end_run()
        return self._tally

    def _list_seeds(self) -> Iterator[Address]:
        yield from (*_FIXED, ICON, NOT_FOUND)
        if self._source.site.is_city:
            yield Address("/sites/")
        self._pages = set(_list_pages())
        yield from self._pages
        yield from self._list_redirects()

    def _list_redirects(self) -> Iterator[Address]:
        from wagtail.contrib.redirects.models import Redirect

        for path in Redirect.objects.filter(is_permanent=True).values_list("old_path", flat=True):
            found = read_link(path, _FIXED[0], self._source.root_url)
            if found is not None:
                yield found

    def _reach(self, addresses: Iterator[Address]) -> None:
        self._index.reach(list(self._with_files(addresses)))

    def _with_files(self, addresses: Iterator[Address]) -> Iterator[tuple[str, str]]:
        for address in addresses:
            file = None if address in self._gone else find_file(address)
            if file is not None:
                yield address.text, file

    def _do_due(self, *, is_whole: bool) -> None:
        self._take_changes()
        while due := self._index.list_due(self._run, is_whole=is_whole):
            self._has_found = False
            for entry in due:
                self._index.set_tried(entry, self._run)
                self._do(entry)
                is_found = self._has_found and not is_whole  # a new page comes before those that only show it
                if self._take_changes() or is_found:
                    break

    def _take_changes(self) -> bool:
        tags = self._index.take_changes()
        if not tags:
            return False
        self._gone.clear()
        if f"table:{self._source.site.schema_name}:wagtailredirects_redirect" in tags:
            self._reach(self._list_redirects())
        if any(tag.startswith("image:") for tag in tags):
            self._seen_assets.clear()
            self._index.mark_all(MEDIA)
        return True

    def _do(self, entry: Entry) -> None:
        address = parse_address(entry.address)
        try:
            if address.is_asset:
                self._do_asset(entry, address)
            else:
                self._do_page(entry, address)
                if address in self._pages:
                    self._on_page()
        except OSError as error:
            if error.errno not in _NAME_PROBLEMS:
                raise
            logger.warning("%s cannot be a file of the mirror: %s", entry.address, error)
            self._give_up(entry, address)

    def _do_asset(self, entry: Entry, address: Address) -> None:
        source = self._source.find_asset(address)
        if source is None:
            self._give_up(entry, address)
            return
        kind = mimetypes.guess_type(source.name)[0] or "application/octet-stream"
        body = source.read_bytes() if kind == "text/css" else b""
        self._link(entry, source, Made(200, (("Content-Type", kind),), ""), list_links(body, kind))

    def _link(self, entry: Entry, source: Path, made: Made, links: list[str]) -> None:
        self._tally.linked += self._folder.link(entry.file, source)
        self._put(entry, made, links)

    def _do_page(self, entry: Entry, address: Address) -> None:
        rendered = self._source.ask(address)
        self._tally.rendered += 1
        if rendered.status >= 500:
            self._tally.failed.append(entry.address)  # the old file stays, and the next run tries again
        elif rendered.obstacle or (rendered.status == 404) != (address == NOT_FOUND):
            if rendered.status == 200 and rendered.obstacle != "private":
                self._tally.refused.append(entry.address)
            self._give_up(entry, address)
        elif address.path.startswith(DOCUMENTS):
            self._do_document(entry, address, rendered)
        else:
            self._do_body(entry, address, rendered)

    def _do_document(self, entry: Entry, address: Address, rendered: Rendered) -> None:
        source = self._source.find_handed_over(rendered)
        if source is None:
            self._give_up(entry, address)
        else:
            self._link(entry, source, _made_of(rendered, ""), [])

    def _do_body(self, entry: Entry, address: Address, rendered: Rendered) -> None:
        location = rendered.header("location")
        body = notices.make_redirect(location) if rendered.status == 301 else rendered.body
        if body is None:
            self._give_up(entry, address)
            return
        digest = hashlib.blake2b(body, digest_size=16).hexdigest()
        if digest != entry.digest or not (self._folder.root / entry.file).exists():
            self._folder.write(entry.file, body)
            self._tally.written += 1
        links = [location] if location else list_links(body, rendered.header("content-type"))
        self._put(entry, _made_of(rendered, digest), links)

    def _put(self, entry: Entry, made: Made, links: list[str]) -> None:
        base = parse_address(entry.address)
        found = [each for link in links if (each := read_link(link, base, self._source.root_url)) is not None]
        self._has_found |= self._index.put(entry, made, self._with_files(iter(found)), at=timezone.now())
        # A file may have been replaced under its old name: a look at it costs nothing, once a run.
        assets = {each for each in found if each.is_asset} - self._seen_assets
        self._seen_assets |= assets
        self._index.mark(sorted(each.text for each in assets))

    def _give_up(self, entry: Entry, address: Address) -> None:
        self._gone.add(address)
        self._remove(entry)

    def _remove(self, entry: Entry) -> None:
        self._folder.remove(entry.file)  # a killed run may have written it without saying so
        self._tally.removed += bool(entry.status)
        self._index.drop(entry)


def _made_of(rendered: Rendered, digest: str) -> Made:
    headers = tuple(pair for pair in rendered.headers if pair[0].lower() not in _OWN_HEADERS)
    return Made(rendered.status, headers, digest, rendered.tags - {EVERYTHING}, rendered.until)
