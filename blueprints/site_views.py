"""A site's own screen on its blueprint: what it is on, what is locked, what drifted, and what the next release brings."""

from typing import Any

from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from blueprints.site_selectors import describe_site
from tenants.current import current_site

SITE_BLUEPRINT = "blueprints_site"


class SiteBlueprintScreen(WagtailAdminTemplateMixin, TemplateView):
    """For everybody who may enter the site's admin; nothing can be changed here."""

    template_name = "blueprints/site/blueprint.html"
    page_title = "本站蓝图"
    header_icon = "clipboard-list"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Home, here."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """All about the current site's blueprint."""
        return super().get_context_data(blueprint=describe_site(current_site()), **kwargs)
