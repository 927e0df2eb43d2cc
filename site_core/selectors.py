"""Reads of a site's pages, in the words of the domain. Each records what the page that asks is made of (`reading`)."""

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Count, Max, Min, Prefetch, Q
from django.utils.functional import SimpleLazyObject
from django.utils.timezone import localtime
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from site_core import reading
from site_core.privacy import list_restricted_paths
from tenants.current import current_site

if TYPE_CHECKING:
    from site_core.models import (
        BasePage,
        ColumnPage,
        HomePage,
        PersonPage,
        SiteDetails,
    )


class PublicPageQuerySet(PageQuerySet):
    """Questions that lists ask."""

    def visible(self) -> "PublicPageQuerySet":
        """Live, and not behind any privacy setting."""
        pages = self.live()
        for path in list_restricted_paths():
            pages = pages.exclude(path__startswith=path)
        return pages

    def filled(self) -> "PublicPageQuerySet":
        """Without pages that stand empty and in no menu: a blueprint's column is shown once something was put into it."""
        return self.exclude(numchild=0, show_in_menus=False)

    def newest_first(self) -> "PublicPageQuerySet":
        """By the publication time that readers see."""
        return self.order_by("-basepage__public_at" if self.model is Page else "-public_at", "-pk")

    def single(self) -> Any:
        """The page of a type of which a site has one at most; None where it has none.

        `first()` asks for the first by place in the tree, and the database then walks over the pages of all types.
        """
        return self.order_by("pk").first()


PublicPageManager = PageManager.from_queryset(PublicPageQuerySet)


@dataclass(frozen=True)
class Neighbours:
    """The pages published just before and just after one, in its column."""

    previous: "BasePage | None"
    next: "BasePage | None"


def get_home() -> "HomePage":
    """The site's home page; raises HomePage.DoesNotExist."""
    from site_core.models import HomePage

    return HomePage.objects.get()


def get_column(slug: str) -> "ColumnPage":
    """The column with that slug (the upper one where it occurs twice); raises ColumnPage.DoesNotExist."""
    from site_core.models import ColumnPage

    column = ColumnPage.objects.filter(slug=slug).order_by("depth", "path").first()
    if column is None:
        raise ColumnPage.DoesNotExist(slug)
    return column


@cache
def _item_models() -> tuple[Any, ...]:
    from site_core.models import BasePage

    return tuple(model for model in apps.get_models() if issubclass(model, BasePage) and model.is_item)


def _item_type_ids() -> list[int]:
    """Content types of what columns list; the same on every site, and kept by Django."""
    from django.contrib.contenttypes.models import ContentType

    return [each.pk for each in ContentType.objects.get_for_models(*_item_models()).values()]


# What lists show of a page. Asking for all fifty columns of it doubles what a list costs.
_ADDRESS = ("title", "path", "depth", "url_path", "content_type", "live")
_LISTED = (*_ADDRESS, "label", "summary", "source", "public_at", "cover")


def list_items_of(parent: "BasePage") -> PublicPageQuerySet:
    """Visible pages of all listed types in the column or topic and below it, newest first, as BasePage."""
    from site_core.models import BasePage

    reading.record(f"column:{current_site().schema_name}:{parent.pk}")
    return BasePage.objects.descendant_of(parent).filter(content_type__in=_item_type_ids()).visible().newest_first()


def list_layout_items(column: "ColumnPage") -> PublicPageQuerySet:
    """The column's pages with what its layout shows of each."""
    return _LAYOUT_LISTS.get(column.layout, _list_lines)(column)


def _list_lines(column: "ColumnPage") -> PublicPageQuerySet:
    return list_items_of(column).only(*_LISTED)


def _list_illustrated(column: "ColumnPage") -> PublicPageQuerySet:
    return list_items_of(column).select_related("cover").only(*_LISTED)


def list_documents_of(column: "ColumnPage") -> PublicPageQuerySet:
    """With `documentpage` (where it is one) and its visible interpretations."""
    from site_core.models import ArticlePage

    interpretations = Prefetch(
        "documentpage__interpretations", queryset=ArticlePage.objects.visible().newest_first().defer("body")
    )
    return (
        list_items_of(column)
        .select_related("documentpage")
        .defer("documentpage__body", "documentpage__basis")
        .prefetch_related(interpretations)
    )


def list_people_of(column: "ColumnPage") -> PublicPageQuerySet:
    """Visible people of the directory, in its order."""
    from site_core.models import PersonPage

    reading.record(f"column:{current_site().schema_name}:{column.pk}")
    people = PersonPage.objects.descendant_of(column).visible().select_related("cover")
    return people.order_by("rank", "path")


def list_guides_of(column: "ColumnPage") -> PublicPageQuerySet:
    """The column's pages, with `serviceguidepage` where it is one."""
    return list_items_of(column).select_related("serviceguidepage")


_LAYOUT_LISTS: dict[str, Any] = {
    "cards": _list_illustrated,
    "pictures": _list_illustrated,
    "documents": list_documents_of,
    "people": list_people_of,
    "guides": list_guides_of,
}


def list_specialities(column: "ColumnPage") -> list[str]:
    """Specialities of the people in the column, most frequent first, at most 20."""
    from collections import Counter

    counted: Counter[str] = Counter()
    for person in list_people_of(column).select_related(None).only("specialities"):
        counted.update(person.speciality_list)
    return [name for name, _ in counted.most_common(20)]


@dataclass(frozen=True)
class Extent:
    """How many pages a list has, and the years from its latest back to its first."""

    total: int
    years: list[int]


def measure_extent(items: PublicPageQuerySet) -> Extent:
    """The extent of the list, by one query for any length."""
    found = items.order_by().aggregate(total=Count("pk"), first=Min("public_at"), last=Max("public_at"))
    if found["first"] is None:
        return Extent(found["total"], [])
    years = range(localtime(found["last"]).year, localtime(found["first"]).year - 1, -1)
    return Extent(found["total"], list(years))


def list_colleagues(person: "PersonPage") -> list["PersonPage"]:
    """Visible people of the same column in its order, this one too; at most 24."""
    from site_core.models import PersonPage

    for column in list_columns_above(person)[-1:]:
        reading.record(f"column:{current_site().schema_name}:{column.pk}")
    people = PersonPage.objects.sibling_of(person, inclusive=True).visible().select_related("cover")
    return list(people.order_by("rank", "path")[:24])


def list_subcolumns(column: "ColumnPage") -> list["ColumnPage"]:
    """Visible columns directly below that are not empty, in the tree's order."""
    from site_core.models import ColumnPage

    reading.record(f"nav:{current_site().schema_name}")
    return list(ColumnPage.objects.child_of(column).visible().filled().order_by("path"))


def list_open_columns() -> list["ColumnPage"]:
    """Visible columns of the site in the tree's order, without those in no menu that hold nothing but empty columns. One query."""
    from site_core.models import ColumnPage

    reading.record(f"nav:{current_site().schema_name}")
    columns = list(ColumnPage.objects.visible().order_by("path"))
    below = Counter(column.path[: -column.steplen] for column in columns)
    open_paths: set[str] = set()
    for column in reversed(columns):
        holds_items = column.numchild > below[column.path]
        if holds_items or column.show_in_menus or column.path in open_paths:
            open_paths |= {column.path, column.path[: -column.steplen]}
    return [column for column in columns if column.path in open_paths]


def list_navigation() -> list["ColumnPage"]:
    """Columns of the first level that stand in the navigation, in the tree's order."""
    from site_core.models import ColumnPage

    reading.record(f"nav:{current_site().schema_name}")
    # By type, which has an index: by depth and menu alone PostgreSQL reads every page of the site.
    columns = ColumnPage.objects.exact_type(ColumnPage).live().in_menu().filter(depth=3).order_by("path")
    return list(columns.only(*_ADDRESS, "kind"))


def list_latest(
    column: "ColumnPage", count: int, *, illustrated: bool = False, of: "type[BasePage] | None" = None
) -> list["BasePage"]:
    """The column's latest pages; `illustrated` for those with a cover alone, `of` for those of one type alone."""
    items = list_items_of(column)
    if of is not None:
        items = items.type(of)
    if illustrated:
        items = items.filter(cover__isnull=False).select_related("cover")
    return list(items.only(*_LISTED)[:count])


def find_neighbours(article: "BasePage") -> Neighbours:
    """Previous and next visible page of the same column."""
    from site_core.models import BasePage

    siblings = BasePage.objects.sibling_of(article, inclusive=False).filter(content_type__in=_item_type_ids()).visible()
    siblings = siblings.only(*_ADDRESS, "public_at")
    reading.record(f"beside:{current_site().schema_name}:{article.pk}")
    if article.public_at is None:
        return Neighbours(None, None)
    at, key = article.public_at, article.pk
    # The bound beside the OR is what the index starts at; by the OR alone PostgreSQL reads from its end to the article.
    before = siblings.filter(Q(public_at__lt=at) | Q(pk__lt=key), public_at__lte=at).order_by("-public_at", "-pk")
    after = siblings.filter(Q(public_at__gt=at) | Q(pk__gt=key), public_at__gte=at).order_by("public_at", "pk")
    found = {(each.public_at, each.pk) < (at, key): each for each in before[:1].union(after[:1], all=True)}
    return Neighbours(found.get(True), found.get(False))


def list_attachments(page: "BasePage") -> list[Any]:
    """Files of the page, in order, with their documents."""
    rows = list(page.attachments.select_related("document"))
    for row in rows:
        reading.record(f"document:{current_site().schema_name}:{row.document_id}")
    return rows


def get_details() -> "SiteDetails":
    """Facts of the current site; an unsaved row of defaults while nobody has entered any."""
    from site_core.models import SiteDetails

    return SiteDetails.objects.first() or SiteDetails()


def list_siblings(column: "ColumnPage") -> list["ColumnPage"]:
    """Visible columns beside this one that are not empty, itself among them; none for a column of the first level."""
    from site_core.models import ColumnPage

    if column.depth <= 3:
        return []
    reading.record(f"nav:{current_site().schema_name}")
    beside = ColumnPage.objects.sibling_of(column, inclusive=True).visible()
    return list((beside.filled() | beside.filter(pk=column.pk)).order_by("path"))


def list_columns_above(page: "BasePage") -> list["ColumnPage"]:
    """Columns above the page, from the first level down; read once for breadcrumb and meta tags."""
    if not hasattr(page, "_columns_above"):
        reading.record(f"nav:{current_site().schema_name}")
        steps = [page.path[:end] for end in range(3 * page.steplen, len(page.path), page.steplen)]
        columns = apps.get_model(getattr(page, "column_type", "site_core.ColumnPage")).objects
        page._columns_above = list(columns.filter(path__in=steps).order_by("path")) if steps else []  # type: ignore[attr-defined] # a cache on the instance
    return page._columns_above  # type: ignore[attr-defined] # as above


def lazy_navigation() -> Any:
    """The navigation, read when a template first asks for it."""
    return SimpleLazyObject(list_navigation)
