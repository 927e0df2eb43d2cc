"""A panel of the editor: the home page in the look that is being chosen, on a telephone and on a desk."""

from wagtail.admin.panels import Panel


class LookPreviewPanel(Panel):
    """Two frames; `look.js` changes their address with the choice."""

    class BoundPanel(Panel.BoundPanel):
        """The panel of one site."""

        template_name = "themes/look_preview.html"
