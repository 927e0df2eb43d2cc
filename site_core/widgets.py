"""Form widgets of the editors' screens."""

from typing import Any

from wagtail.admin.rich_text import DraftailRichTextArea


class LineKeepingRichTextArea(DraftailRichTextArea):
    """Wagtail's editor of rich text, which also opens lines broken by `<br>`.

    Wagtail's reader waits for the end of a `<br>` that has none and fails at the next tag; imports and pastes write
    that form, because it is the one of the HTML standard.
    """

    def format_value(self, value: Any) -> Any:
        """The editor's own form of the stored HTML."""
        return super().format_value(_close_void_elements(value) if isinstance(value, str) else value)


def _close_void_elements(html: str) -> str:
    return html.replace("<br>", "<br/>").replace("<hr>", "<hr/>")
