"""A panel of the editor: which key elements of a service guide are there and which are missing."""

from typing import Any

from wagtail.admin.panels import Panel


class CompletenessPanel(Panel):
    """Shows `list_missing_elements()` of the page as it was last saved."""

    class BoundPanel(Panel.BoundPanel):
        """The panel for one page."""

        template_name = "site_core/admin/guide_completeness.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Adds `elements`: (name, is there) of each, and `missing`: how many are not."""
            from site_core.models import KEY_ELEMENTS

            missing = self.instance.list_missing_elements()
            elements = [(label, label not in missing) for label in KEY_ELEMENTS.values()]
            return {**super().get_context_data(parent_context), "elements": elements, "missing": len(missing)}
