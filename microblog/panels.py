"""Panels of the post's editor: how long the text is on each platform, and what became of it there."""

from typing import Any

from django.urls import reverse
from wagtail.admin.panels import Panel


class CountsPanel(Panel):
    """Filled by script (`compose.js`) with the counts of the ticked accounts."""

    class BoundPanel(Panel.BoundPanel):
        """The panel for one post."""

        template_name = "microblog/panels/counts.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Adds `measure_url`."""
            return {**super().get_context_data(parent_context), "measure_url": reverse("microblog_measure")}


class DeliveriesPanel(Panel):
    """The post's deliveries, newest first; absent where there are none."""

    class BoundPanel(Panel.BoundPanel):
        """The panel for one post."""

        template_name = "microblog/panels/deliveries.html"

        def is_shown(self) -> bool:
            """Not before something was sent."""
            return super().is_shown() and bool(self._list_rows())

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Adds `rows`: (delivery, what there is to say of it)."""
            return {**super().get_context_data(parent_context), "rows": self._list_rows()}

        def _list_rows(self) -> list[Any]:
            from microblog.explaining import explain
            from microblog.screen_selectors import list_deliveries_of

            if self.instance is None or self.instance.pk is None:
                return []
            return [(each, explain(each)) for each in list_deliveries_of(self.instance)]
