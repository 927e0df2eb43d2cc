"""RSS of a column."""

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.db import transaction
from django.http import Http404, HttpRequest
from django.utils.decorators import method_decorator
from wagtail.models import Page

from site_core.models import BasePage, ColumnPage
from site_core.selectors import get_home, list_items_of
from tenants.current import current_site, root_url

FEED_LENGTH = 20


@method_decorator(transaction.non_atomic_requests, name="__call__")
class ColumnFeed(Feed):
    """Latest articles of a column at `<column>/feed.xml`. Private columns have none."""

    def get_object(self, request: HttpRequest, path: str) -> ColumnPage:  # type: ignore[override] # Django leaves it open
        """The column at the path; 404 where there is none that everybody may read."""
        url_path = get_home().url_path + path
        column = ColumnPage.objects.visible().filter(url_path=url_path).first()
        if column is None:
            raise Http404
        return column

    def title(self, column: ColumnPage) -> str:
        """Column and organisation."""
        return f"{column.title}-{current_site().name}"

    def link(self, column: ColumnPage) -> str:
        """Address of the column."""
        return column.full_url

    def feed_url(self, column: ColumnPage) -> str:
        """Address of the feed itself."""
        return f"{column.full_url}feed.xml"

    def description(self, column: ColumnPage) -> str:
        """What the column is for."""
        return column.summary

    def items(self, column: ColumnPage) -> list[BasePage]:
        """Latest articles, those of the columns below it too."""
        return list(list_items_of(column)[:FEED_LENGTH])

    def item_title(self, item: Page) -> str:
        """Title."""
        return item.title

    def item_description(self, item: BasePage) -> str:
        """Summary."""
        return item.summary

    def item_link(self, item: BasePage) -> str:
        """Address."""
        return item.full_url

    def item_guid(self, item: BasePage) -> str:
        """An identity that outlives a change of address."""
        return f"{root_url()}/#{item.origin_key}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: BasePage) -> datetime | None:
        """Publication time."""
        return item.public_at

    def item_author_name(self, item: BasePage) -> str:
        """Source."""
        return item.shown_source
