"""What sections of a home page show of today's content. A column that is gone or private shows nothing."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from site_core import home_selectors, selectors
from site_core.privacy import is_public

if TYPE_CHECKING:
    from site_core.models import BasePage, ColumnPage


# Stations first; a law office serves nobody on the bureau's behalf.
_SERVING = ("county_bureau", "judicial_station", "legal_aid_centre", "notary_office")


@dataclass(frozen=True)
class ColumnList:
    """A column with its latest pages."""

    column: "ColumnPage"
    items: list["BasePage"]


def _visible(column: Any) -> Any:
    return column.specific if is_public(column) else None


def find_story(page: Any, column: Any, *, illustrated: bool) -> "BasePage | None":
    """The page that was chosen while it is public, else the column's latest article: a number of the newspaper is no news."""
    from site_core.models import ArticlePage, BasePage

    if page:
        found = BasePage.objects.visible().filter(pk=page.pk).select_related("cover").first()
        if found:
            return found
    if not is_public(column):
        return None
    return next(iter(selectors.list_latest(column, 1, illustrated=illustrated, of=ArticlePage)), None)


def list_latest(column: Any, count: int, *, illustrated: bool = False) -> list["BasePage"]:
    """Latest pages of the column; [] for none."""
    return selectors.list_latest(column, count, illustrated=illustrated) if is_public(column) else []


def list_columns(columns: Any, count: int) -> list[ColumnList]:
    """Each column with its latest pages."""
    return [ColumnList(column, list_latest(column, count)) for column in columns if is_public(column)]


def list_columns_below(column: Any) -> list["ColumnPage"]:
    """Columns below the one given."""
    return selectors.list_subcolumns(column) if is_public(column) else []


def list_documents(column: Any, count: int) -> list["BasePage"]:
    """Latest documents of the column, with validity and interpretations."""
    found = _visible(column)
    if not found:
        return []
    return list(selectors.list_documents_of(found)[:count])


def list_people(column: Any, count: int) -> list[Any]:
    """People of the directory, in its order."""
    return list(selectors.list_people_of(column)[:count]) if is_public(column) else []


def list_guides(column: Any, count: int) -> list[Any]:
    """Service guides of the column."""
    return list(selectors.list_guides_of(column)[:count]) if is_public(column) else []


def list_topics(count: int) -> list[Any]:
    """Topics, those under way first."""
    return home_selectors.list_topics(count)


def list_sites_below() -> list[Any]:
    """Public organisations below the current one, each with `url`."""
    from tenants.current import current_site
    from tenants.selectors import list_public_sites

    below = [site for site in list_public_sites() if site.parent_id == current_site().pk and site.kind in _SERVING]
    return sorted(below, key=lambda site: (_SERVING.index(site.kind), site.schema_name))
