"""What a locked page must go on being."""

from typing import Any

from wagtail.models import Page, PageViewRestriction

from site_core.models import BasePage, ColumnPage

_PAGE = ("live", "title", "slug", "url_path", "expire_at", "go_live_at", "content_type_id", "expired")
_COLUMN = ("kind", "layout", "page_size", "update_days")


def picture_of(column: Any) -> dict[str, Any]:
    """All that the locks hold, as the database has it; raises DoesNotExist where the page is gone."""
    page = Page.objects.values(*_PAGE).get(pk=column.pk)
    base = BasePage.objects.values("locks", "node_key").get(pk=column.pk)
    own = ColumnPage.objects.values(*_COLUMN).get(pk=column.pk)
    stored = Page.objects.get(pk=column.pk)
    above = stored.get_ancestors(inclusive=True)
    nodes = BasePage.objects.sibling_of(stored, inclusive=True).exclude(node_key="").order_by("path")
    return {
        **page,
        **base,
        **own,
        "parent": stored.get_parent().pk,
        "order": [key for key, locks in nodes.values_list("node_key", "locks") if "place" in locks],
        "hidden": PageViewRestriction.objects.filter(page__in=above).count(),
        "above": list(above.values_list("pk", "live", "slug")),
    }
