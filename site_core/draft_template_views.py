"""The screen on which an editor chooses a template for a new article."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page

from site_core.draft_templates import find_template, list_templates, start_article, user_can_start_article
from tenants.current import current_site


class TemplateChoice(WagtailAdminTemplateMixin, TemplateView):
    """Cards, one a template; what is posted makes a draft in the column and opens it. For who may add articles there."""

    template_name = "site_core/editing/templates.html"
    page_title = "用模板新建文章"
    header_icon = "doc-full"
    parent_page: Page

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Raises Http404 for a page that is not there, PermissionDenied for people who may not add here."""
        self.parent_page = get_object_or_404(Page, pk=kwargs["parent_page_id"]).specific
        if not user_can_start_article(request.user, self.parent_page):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """To the editor of the new draft; Http404 for a template that is not there."""
        template = find_template(request.POST.get("template", ""))
        if template is None:
            raise Http404
        page = start_article(self.parent_page, template, current_site(), acting_user=request.user)
        messages.success(request, f"已用“{template.name}”模板建立草稿，请逐处填写【请填写：…】。")
        return redirect("wagtailadmin_pages:edit", page.pk)

    def get_page_subtitle(self) -> str:
        """Where the article will stand."""
        return self.parent_page.get_admin_display_title()

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Home, the column, here."""
        column = {
            "url": reverse("wagtailadmin_explore", args=(self.parent_page.pk,)),
            "label": self.get_page_subtitle(),
        }
        return [*self.breadcrumbs_items, column, {"url": "", "label": str(self.page_title)}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds `templates` and `plain_url`, the way to an empty article."""
        plain_url = reverse("wagtailadmin_pages:add", args=("site_core", "articlepage", self.parent_page.pk))
        return super().get_context_data(templates=list_templates(), plain_url=plain_url, **kwargs)
