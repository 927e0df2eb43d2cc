"""What stands on a site, as far as a blueprint speaks of it: plain values, read in a fixed number of queries.

Columns and topics are there one by one; articles and their like are only counted, except those whose slug a column may
want.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from blueprints.content import Content

COLUMN_FIELDS = ("kind", "layout", "page_size", "update_days")
"""What columns alone have. Names are those of blueprint nodes, here and in `PageState.values`."""
FIELDS = ("title", "slug", *COLUMN_FIELDS, "description", "keywords", "show_in_menus")
MODEL_FIELDS = {"description": "summary"}
"""Where the page's own field has another name."""
COLUMN = "site_core.ColumnPage"


@dataclass(frozen=True)
class PageState:
    """A page. `label` is `app.Model`, `content` the number of pages right below that are not listed one by one.

    `is_written` says that somebody wrote the page itself, `is_restricted` that it has a privacy setting of its own.
    """

    id: int
    parent_id: int
    position: int
    label: str
    node_key: str
    values: dict[str, Any] = field(hash=False)
    locks: frozenset[str] = frozenset()
    is_live: bool = True
    is_restricted: bool = False
    expires: bool = False
    content: int = 0
    is_written: bool = False

    @property
    def title(self) -> str:
        """Name of the page."""
        return str(self.values["title"])

    @property
    def slug(self) -> str:
        """Its own part of the address."""
        return str(self.values["slug"])


@dataclass(frozen=True)
class LookState:
    """Theme and allowed palettes as a blueprint set them, and what the site chose."""

    theme: str = ""
    palettes: tuple[str, ...] = ()
    palette_key: str = ""


@dataclass(frozen=True)
class SiteState:
    """A site. `pages` are in the order of the tree, the home page first; `rules` are steps of review by page id."""

    pages: tuple[PageState, ...]
    sections: tuple[str, ...] = ()
    section_rules: dict[str, Any] = field(default_factory=dict, hash=False)
    look: LookState = LookState()
    rules: dict[int, tuple[str, ...]] = field(default_factory=dict, hash=False)

    @property
    def home(self) -> PageState:
        """The home page."""
        return self.pages[0]

    @cached_property
    def by_id(self) -> dict[int, PageState]:
        """Pages by their id."""
        return {page.id: page for page in self.pages}

    @cached_property
    def by_node(self) -> dict[str, PageState]:
        """Pages that have a node key, by it."""
        return {page.node_key: page for page in self.pages if page.node_key}

    @cached_property
    def children(self) -> dict[int, list[PageState]]:
        """Pages right below each page, in order; every page has its list."""
        found: dict[int, list[PageState]] = {page.id: [] for page in self.pages}
        for page in sorted(self.pages[1:], key=lambda each: each.position):
            found[page.parent_id].append(page)
        return found

    def walk_below(self, page_id: int) -> Iterator[PageState]:
        """All listed pages below the page."""
        for child in self.children[page_id]:
            yield child
            yield from self.walk_below(child.id)

    def count_below(self, page_id: int) -> int:
        """Number of all pages below, listed or counted."""
        return self.by_id[page_id].content + sum(1 + page.content for page in self.walk_below(page_id))

    def address_of(self, page_id: int) -> str:
        """Path of the page on its site, as `/xxgk/zhinan/`."""
        steps = []
        while page_id != self.home.id:
            page = self.by_id[page_id]
            steps.append(page.slug)
            page_id = page.parent_id
        return "/" + "".join(f"{step}/" for step in reversed(steps))


def read_site_state(content: "Content | None" = None) -> SiteState:
    """The current site. Articles that have a slug of the blueprint's nodes are listed too: they may stand in the way."""
    from site_core.models import HomePage

    home = HomePage.objects.only("path", "sections", "section_rules").get()
    pages = _read_pages(home.path, {node.slug for node in content.nodes} if content else set())
    return SiteState(
        pages=pages,
        sections=tuple(item["type"] for item in home.sections.raw_data),
        section_rules=home.section_rules,
        look=_read_look(),
        rules=_read_rules(),
    )


def _read_look() -> LookState:
    from themes.models import SiteLook

    look = SiteLook.objects.order_by("pk").first()
    return LookState(look.theme, tuple(look.palettes), look.palette_key) if look else LookState()


def _read_rules() -> dict[int, tuple[str, ...]]:
    from review.models import ReviewRule

    return {page_id: tuple(steps) for page_id, steps in ReviewRule.objects.values_list("page_id", "steps")}


@cache
def _labels() -> dict[int, str]:
    """`app.Model` of each content type of pages; types are the same on every site."""
    from django.apps import apps
    from django.contrib.contenttypes.models import ContentType

    from site_core.models import BasePage

    models = [model for model in apps.get_models() if issubclass(model, BasePage)]
    return {kind.pk: model._meta.label for model, kind in ContentType.objects.get_for_models(*models).items()}


@cache
def list_counted_types() -> tuple[int, ...]:
    """Ids of the content types of pages that hold no others and are counted, unless they are nodes."""
    from django.apps import apps

    return tuple(pk for pk, label in _labels().items() if apps.get_model(label).is_item)  # type: ignore[attr-defined] # a BasePage


_ROW = (
    *("id", "path", "slug", "title", "live", "expire_at", "show_in_menus", "content_type_id", "latest_revision_id"),
    *("node_key", "locks", "summary", "keywords"),
)


def _read_pages(root: str, slugs: Collection[str]) -> tuple[PageState, ...]:
    from django.db.models import Q
    from wagtail.models import PageViewRestriction

    from site_core.models import BasePage

    counted = Q(node_key="", content_type__in=list_counted_types())
    nodes = BasePage.objects.exclude(node_key="").values("slug")
    listed = BasePage.objects.filter(path__startswith=root).filter(~counted | Q(slug__in=slugs) | Q(slug__in=nodes))
    columns = [f"columnpage__{name}" for name in COLUMN_FIELDS]
    rows = [dict(zip(_ROW, row, strict=False)) | {"column": row[len(_ROW) :]} for row in
            listed.order_by("path").values_list(*_ROW, *columns)]  # fmt: skip
    return tuple(_make_pages(rows, set(PageViewRestriction.objects.values_list("page_id", flat=True))))


def _make_pages(rows: list[dict[str, Any]], restricted: set[int]) -> Iterator[PageState]:
    ids = {row["path"]: row["id"] for row in rows}
    counts = _count_unlisted(rows[0]["path"], ids)
    written = _list_written([row for row in rows if row["node_key"]])
    for position, row in enumerate(rows):
        yield PageState(
            id=row["id"],
            parent_id=ids.get(row["path"][:-4], 0),
            position=position,
            label=_labels()[row["content_type_id"]],
            node_key=row["node_key"],
            values=_read_values(row),
            locks=frozenset(row["locks"]),
            is_live=row["live"],
            is_restricted=row["id"] in restricted,
            expires=row["expire_at"] is not None,
            content=counts.get(row["path"], 0),
            is_written=row["id"] in written,
        )


def _read_values(row: dict[str, Any]) -> dict[str, Any]:
    names = ("title", "slug", "keywords", "show_in_menus")
    values = {name: row[name] for name in names} | {"description": row["summary"]}
    if row["column"][0] is not None:
        values |= dict(zip(COLUMN_FIELDS, row["column"], strict=True))
    return values


def _count_unlisted(root: str, listed: dict[str, int]) -> dict[str, int]:
    """Pages that are not listed, counted for the nearest listed page above."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT left(path, -4), count(*) FROM wagtailcore_page WHERE path LIKE %s AND NOT id = ANY(%s) GROUP BY 1",
            [f"{root}%", list(listed.values())],
        )
        rows = cursor.fetchall()
    counts: dict[str, int] = {}
    for path, number in rows:
        above = path
        while above not in listed and len(above) > len(root):
            above = above[:-4]
        counts[above] = counts.get(above, 0) + number
    return counts


def _list_written(rows: list[dict[str, Any]]) -> set[int]:
    """Pages other than columns that hold something of their own: whoever edits one leaves a revision, or a body."""
    from django.apps import apps

    others = [row for row in rows if row["column"][0] is None]
    found = {row["id"] for row in others if row["latest_revision_id"]}
    for label in {_labels()[row["content_type_id"]] for row in others if row["id"] not in found}:
        model: Any = apps.get_model(label)
        if any(each.name == "body" for each in model._meta.get_fields()):
            bodies = model.objects.filter(pk__in=[row["id"] for row in others]).only("body")
            found |= {page.pk for page in bodies if len(page.body)}
    return found
