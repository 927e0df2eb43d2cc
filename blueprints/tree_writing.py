"""Writes a site's tree as an aim has it: places, order and slugs of all pages at once.

Page by page, each move would rewrite the paths of its neighbours, exchanged slugs would need names for the meantime, and
every step would announce addresses that never were. Here the paths and addresses are worked out first, then written by
one statement, so that the order of changes does not matter and each page gets its new address once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection
from wagtail.models import Page

from blueprints.aiming import Aim
from blueprints.ordering import Ref
from blueprints.site_state import SiteState

STEP = Page.steplen


@dataclass(frozen=True)
class Place:
    """Where a page stands: tree path, address, number of pages right below."""

    path: str
    url_path: str
    slug: str
    numchild: int


@dataclass(frozen=True)
class OldPlace(Place):
    """Where it stands so far; `is_known` says that it has ever been public."""

    id: int
    is_live: bool
    is_known: bool


class Layout:
    """The new tree: a place for each page that is there (`kept`) and each that is to be made (`new`, by node key)."""

    def __init__(self, state: SiteState, aim: Aim) -> None:
        self.state, self.aim = state, aim
        self.old = {row.id: row for row in _read_places()}
        self.slugs = {each.ref: str(each.values["slug"]) for each in aim.nodes.values()}
        self.kept: dict[int, Place] = {}
        self.new: dict[str, Place] = {}
        self._settle()

    @cached_property
    def changed(self) -> dict[int, Place]:
        """Places that differ from what stands in the database."""
        return {pk: place for pk, place in self.kept.items() if place != _bare(self.old[pk])}

    @cached_property
    def readdressed(self) -> list[OldPlace]:
        """Pages whose address changes, the lowest first, as they stood."""
        found = [self.old[pk] for pk, place in self.changed.items() if place.url_path != self.old[pk].url_path]
        return sorted(found, key=lambda place: place.path, reverse=True)

    def _settle(self) -> None:
        home = self.old[self.state.home.id]
        places: dict[Ref, tuple[str, str, str]] = {home.id: (home.path, home.url_path, home.slug)}
        for parent, child, step in self._walk(home.id):
            above, slug = places[parent], self.slugs.get(child) or self.old[int(child)].slug
            places[child] = (above[0] + step, f"{above[1]}{slug}/", slug)
        ids = {row.path: row.id for row in self.old.values()}
        for row in self.old.values():  # what the aim does not name stays with its parent, parents first
            if row.id not in places:
                above = places[ids[row.path[:-STEP]]]
                places[row.id] = (above[0] + row.path[-STEP:], f"{above[1]}{row.slug}/", row.slug)
        counts: dict[str, int] = {}
        for path, _, _ in places.values():
            counts[path[:-STEP]] = counts.get(path[:-STEP], 0) + 1
        for ref, (path, url_path, slug) in places.items():
            target: dict[Any, Place] = self.kept if isinstance(ref, int) else self.new  # type: ignore[assignment] # either
            target[ref] = Place(path, url_path, slug, counts.get(path, 0))

    def _walk(self, parent: Ref) -> Iterator[tuple[Ref, Ref, str]]:
        """(parent, child, last step of the child's path), parents first."""
        children = self.aim.children[parent]
        for child, step in zip(children, self._list_steps(parent, children), strict=True):
            yield parent, child, step
            yield from self._walk(child) if child in self.aim.children else ()

    def _list_steps(self, parent: Ref, children: list[Ref]) -> list[str]:
        """Steps for the children in order: those of the children that stay, and new ones behind all for those that come."""
        if isinstance(parent, str):
            return [Page._int2str(number).rjust(STEP, "0") for number in range(1, len(children) + 1)]
        path = self.old[parent].path
        own = [self.old[child].path for child in children if isinstance(child, int)]
        steps = sorted(each[-STEP:] for each in own if each[:-STEP] == path)
        last = Page._str2int(self._last_steps.get(path, "0"))
        more = range(last + 1, last + 1 + len(children) - len(steps))
        return steps + [Page._int2str(number).rjust(STEP, "0") for number in more]

    @cached_property
    def _last_steps(self) -> dict[str, str]:
        return {row.path[:-STEP]: row.path[-STEP:] for row in self.old.values()}  # in order: the last one wins

    def write(self) -> None:
        """Write the places of pages that are there. Inside a rollout and a transaction only."""
        if not self.changed:
            return
        taken = {row.path for row in self.old.values()}
        if any(place.path != self.old[pk].path and place.path in taken for pk, place in self.changed.items()):
            self._step_aside()
        columns = zip(*((pk, *vars(place).values()) for pk, place in self.changed.items()), strict=True)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE wagtailcore_page page SET path = new.path, depth = length(new.path) / %s,"
                " url_path = new.url_path, slug = new.slug, numchild = new.numchild"
                " FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[], %s::int[])"
                " AS new (id, path, url_path, slug, numchild) WHERE page.id = new.id",
                [STEP, *(list(column) for column in columns)],
            )

    def _step_aside(self) -> None:
        """Paths are unique row by row: where they are exchanged, all take one that no page can have."""
        going = [pk for pk, place in self.changed.items() if place.path != self.old[pk].path]
        with connection.cursor() as cursor:
            cursor.execute("UPDATE wagtailcore_page SET path = '~' || id WHERE id = ANY(%s)", [going])


def _bare(place: Place) -> Place:
    return Place(place.path, place.url_path, place.slug, place.numchild)


def _read_places() -> Iterable[OldPlace]:
    names = ("path", "url_path", "slug", "numchild", "id", "live", "first_published_at")
    rows = Page.objects.filter(depth__gte=2).order_by("path").values_list(*names)
    for path, url_path, slug, numchild, pk, is_live, first_published_at in rows.iterator(chunk_size=5000):
        yield OldPlace(path, url_path, slug, numchild, pk, is_live, first_published_at is not None)
