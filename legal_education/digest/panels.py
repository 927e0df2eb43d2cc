"""Panels of the editor: how long an issue is, kept up to date while it is written."""

from typing import Any

from django.urls import reverse
from wagtail.admin.panels import Panel


class LengthPanel(Panel):
    """Length as short message and as page. Counted on the server, of the draft as it was last saved."""

    class BoundPanel(Panel.BoundPanel):
        """On one issue."""

        template_name = "legal_digest/admin/length_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Adds `extent`, and where it is asked for again."""
            from legal_education.digest.composing import measure_issue

            issue = self.instance
            return {
                **super().get_context_data(parent_context),
                "extent": measure_issue(issue) if issue.pk else None,
                "url": reverse("legal_digest_length", args=[issue.pk]) if issue.pk else "",
            }
