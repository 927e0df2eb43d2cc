"""One page of a column's or topic's list, with the filters that its layout offers. Filters work without script."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Q

from site_core import selectors
from site_core.column_extents import measure_column
from site_core.pagination import Listing, get_listing

if TYPE_CHECKING:
    from site_core.models import ColumnPage, TopicPage

TOPIC_PAGE_SIZE = 20
_LONGEST_QUERY = 60


@dataclass(frozen=True)
class Filter:
    """One choice of the reader: name in the query, label, (value, label) of each option, and what is chosen ('' for all)."""

    name: str
    label: str
    options: list[tuple[str, str]]
    value: str = ""


@dataclass(frozen=True)
class Filters:
    """All filters of a list, and the text that is searched for."""

    choices: list[Filter] = field(default_factory=list)
    text_label: str = ""
    text: str = ""

    @property
    def is_offered(self) -> bool:
        """Whether the list has any."""
        return bool(self.choices or self.text_label)

    @property
    def is_active(self) -> bool:
        """Whether the reader chose anything."""
        return bool(self.text or any(each.value for each in self.choices))

    @property
    def chosen(self) -> list[str]:
        """What is chosen, in words."""
        labels = [dict(each.options)[each.value] for each in self.choices if each.value]
        return [*labels, f"“{self.text}”"] if self.text else labels

    @property
    def query(self) -> str:
        """What is chosen, as a query string that ends with `&`, for links to other pages of the list."""
        pairs = [(each.name, each.value) for each in self.choices if each.value]
        pairs += [("q", self.text)] if self.text else []
        return urlencode(pairs) + "&" if pairs else ""


def get_column_listing(column: "ColumnPage", query: Any) -> tuple[Listing, Filters]:
    """What the column shows for this query (a QueryDict), and its filters."""
    items = selectors.list_layout_items(column)
    if column.layout == "documents":
        filters = _document_filters(query)
        items = _filter_documents(items, filters)
    elif column.layout == "people":
        filters = _people_filters(column, query)
        items = _filter_people(items, filters)
    else:
        return _get_plain_listing(column, items, query)
    return get_listing(items, query.get("page"), column.page_size), filters


def _get_plain_listing(column: "ColumnPage", items: Any, query: Any) -> tuple[Listing, Filters]:
    """A list without a layout of its own: what is longer than a page, or is filtered already, can be filtered."""
    extent = measure_column(column)
    filters = _plain_filters(extent.years, query)
    if filters.is_active:
        return get_listing(_filter_plain(items, filters), query.get("page"), column.page_size), filters
    listing = get_listing(items, query.get("page"), column.page_size, total=extent.total)
    return listing, filters if listing.pages > 1 else Filters()


def get_topic_listing(topic: "TopicPage", query: Any) -> Listing:
    """One page of the topic's own pages."""
    return get_listing(selectors.list_items_of(topic), query.get("page"), TOPIC_PAGE_SIZE)


def _choose(query: Any, name: str, label: str, options: list[tuple[str, str]]) -> Filter:
    """What the reader chose, if it is one of the options."""
    value = query.get(name, "")
    return Filter(name, label, options, value if value in dict(options) else "")


def _read_text(query: Any) -> str:
    return str(query.get("q", "")).replace("\x00", "").strip()[:_LONGEST_QUERY]


def _plain_filters(years: list[int], query: Any) -> Filters:
    """Words, and the year where there is more than one."""
    options = [(str(year), f"{year}年") for year in years]
    choices = [_choose(query, "year", "年份", options)] if len(options) > 1 else []
    return Filters(choices, "在本栏目中查找", _read_text(query))


def _filter_plain(items: Any, filters: Filters) -> Any:
    for each in filters.choices:
        if each.value:
            items = items.filter(public_at__year=int(each.value))
    return items.filter(title__icontains=filters.text) if filters.text else items


def _document_filters(query: Any) -> Filters:
    from site_core.models import Topic, Validity

    choices = [
        _choose(query, "validity", "有效性", list(Validity.choices)),
        _choose(query, "topic", "主题", list(Topic.choices)),
    ]
    return Filters(choices, "标题或文号", _read_text(query))


def _filter_documents(items: Any, filters: Filters) -> Any:
    for each in filters.choices:
        if each.value:
            items = items.filter(**{f"documentpage__{each.name}": each.value})
    if filters.text:
        items = items.filter(
            Q(title__icontains=filters.text) | Q(documentpage__document_number__icontains=filters.text)
        )
    return items


def _people_filters(column: "ColumnPage", query: Any) -> Filters:
    specialities = [(each, each) for each in selectors.list_specialities(column)]
    choices = [_choose(query, "speciality", "专长", specialities)] if specialities else []
    return Filters(choices, "姓名、机构或执业证号", _read_text(query))


def _filter_people(items: Any, filters: Filters) -> Any:
    for each in filters.choices:
        if each.value:
            items = items.filter(specialities__contains=each.value)
    if filters.text:
        text = filters.text
        items = items.filter(
            Q(title__icontains=text) | Q(organisation_name__icontains=text) | Q(licence_number__iexact=text)
        )
    return items
