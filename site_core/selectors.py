"""Reads of a site's pages, in the words of the domain. Each records what the page that asks is made of (`reading`)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.functional import SimpleLazyObject
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from site_core import reading
from site_core.privacy import list_restricted_paths
from tenants.current import current_site

if TYPE_CHECKING:
    from site_core.models import ArticlePage, BasePage, ColumnPage, HomePage

HOME_LIST_LENGTH = 6


class PublicPageQuerySet(PageQuerySet):
    """Questions that lists ask."""

    def visible(self) -> "PublicPageQuerySet":
        """Live, and not behind any privacy setting."""
        pages = self.live()
        for path in list_restricted_paths():
            pages = pages.exclude(path__startswith=path)
        return pages

    def newest_first(self) -> "PublicPageQuerySet":
        """By the publication time that readers see."""
        return self.order_by("-basepage__public_at" if self.model is Page else "-public_at", "-pk")


PublicPageManager = PageManager.from_queryset(PublicPageQuerySet)


@dataclass(frozen=True)
class Neighbours:
    """The articles published just before and just after one, in its column."""

    previous: "ArticlePage | None"
    next: "ArticlePage | None"


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


def list_articles_of(column: "ColumnPage") -> PublicPageQuerySet:
    """Visible articles in the column and the columns below it, newest first."""
    from site_core.models import ArticlePage

    reading.record(f"column:{current_site().schema_name}:{column.pk}")
    return ArticlePage.objects.descendant_of(column).visible().newest_first().defer("body")


def list_subcolumns(column: "ColumnPage") -> list["ColumnPage"]:
    """Visible columns directly below, in the tree's order."""
    from site_core.models import ColumnPage

    reading.record(f"nav:{current_site().schema_name}")
    return list(ColumnPage.objects.child_of(column).visible().order_by("path"))


def list_navigation() -> list["ColumnPage"]:
    """Columns of the first level that stand in the navigation, in the tree's order."""
    from site_core.models import ColumnPage

    reading.record(f"nav:{current_site().schema_name}")
    columns = ColumnPage.objects.live().in_menu().filter(depth=3).order_by("path").defer("summary", "keywords")
    return list(columns)


@dataclass(frozen=True)
class HomeColumn:
    """A column on the home page with its latest articles."""

    column: "ColumnPage"
    articles: list["ArticlePage"]


def list_home_columns(home: "HomePage") -> list[HomeColumn]:
    """Columns of the first level that have articles, each with its latest ones; one query for all articles."""
    from site_core.models import ArticlePage

    columns = list_navigation()
    found: dict[int, list[Any]] = {column.pk: [] for column in columns}
    for article in _latest_in(columns, ArticlePage):
        found[article.column_pk].append(article)
    for column in columns:
        reading.record(f"column:{current_site().schema_name}:{column.pk}")
    return [HomeColumn(column, found[column.pk]) for column in columns if found[column.pk]]


def _latest_in(columns: list["ColumnPage"], model: Any) -> list[Any]:
    """The latest articles below each column, tagged with `column_pk`, by one UNION of short indexed reads."""
    from django.db.models import Value

    base = model.objects.visible().newest_first().defer("body")
    parts = [base.descendant_of(column).annotate(column_pk=Value(column.pk))[:HOME_LIST_LENGTH] for column in columns]
    return list(parts[0].union(*parts[1:], all=True)) if parts else []


def find_neighbours(article: "ArticlePage") -> Neighbours:
    """Previous and next visible article of the same column."""
    from site_core.models import ArticlePage

    siblings = ArticlePage.objects.sibling_of(article, inclusive=False).visible().defer("body")
    if article.public_at is None:
        return Neighbours(None, None)
    at, key = article.public_at, article.pk
    before = siblings.filter(Q(public_at__lt=at) | Q(public_at=at, pk__lt=key)).order_by("-public_at", "-pk")
    after = siblings.filter(Q(public_at__gt=at) | Q(public_at=at, pk__gt=key)).order_by("public_at", "pk")
    return Neighbours(before.first(), after.first())


def list_attachments(article: "ArticlePage") -> list[Any]:
    """Files of the article, in order, with their documents."""
    rows = list(article.attachments.select_related("document"))
    for row in rows:
        reading.record(f"document:{current_site().schema_name}:{row.document_id}")
    return rows


def list_columns_above(page: "BasePage") -> list["ColumnPage"]:
    """Columns above the page, from the first level down; read once for breadcrumb and meta tags."""
    from site_core.models import ColumnPage

    if not hasattr(page, "_columns_above"):
        reading.record(f"nav:{current_site().schema_name}")
        steps = [page.path[:end] for end in range(3 * page.steplen, len(page.path), page.steplen)]
        page._columns_above = list(ColumnPage.objects.filter(path__in=steps).order_by("path")) if steps else []  # type: ignore[attr-defined] # a cache on the instance
    return page._columns_above  # type: ignore[attr-defined] # as above


def lazy_navigation() -> Any:
    """The navigation, read when a template first asks for it."""
    return SimpleLazyObject(list_navigation)
