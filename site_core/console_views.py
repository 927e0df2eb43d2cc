"""Screens of the console: its first page, the cluster's sites, one site, a new site."""

import logging
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.ui.tables import BaseColumn, Column, Table, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.admin.widgets.button import HeaderButton

from accounts.actions import EntryRefused, create_entry_link
from accounts.models import Role
from accounts.permissions import list_platform_roles
from site_core.console import ALL_ROLES, list_panels
from site_core.console_forms import (
    CONTACT_FIELDS,
    ESSENTIAL_FIELDS,
    IDENTIFIER_FIELDS,
    DetailsForm,
    HostForm,
    NewSiteForm,
    SiteFilterSet,
    StateForm,
)
from site_core.console_screens import ConsoleScreen
from site_core.console_selectors import (
    SiteGroup,
    find_site_url,
    group_sites,
    list_hosts,
    list_sites,
    match_site_text,
)
from tenants.current import root_url
from tenants.kinds import SiteState
from tenants.models import Organisation
from tenants.provisioning import SiteUnsound

logger = logging.getLogger(__name__)
HOME, SITES, SITE, NEW_SITE = (f"site_core_console{name}" for name in ("", "_sites", "_site", "_new_site"))
CLOSED_STATES = frozenset({SiteState.SUSPENDED, SiteState.ARCHIVED})


class HomeScreen(ConsoleScreen, TemplateView):
    """The panels that the person sees."""

    template_name = "site_core/console/home.html"
    page_title = "网站群"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Home, here."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds `panels`."""
        return super().get_context_data(panels=list_panels(self.acting_user), **kwargs)


class CellColumn(BaseColumn):
    """A column whose cells have a template of their own, which finds the row as `instance`."""

    def __init__(self, name: str, label: str, template: str, width: str) -> None:
        super().__init__(name, label=label, width=width)
        self.cell_template_name = template


class SitesScreen(ConsoleScreen, BaseListingView):
    """All sites of the cluster, by county."""

    page_title = "网站"
    results_template_name = "site_core/console/sites_results.html"
    index_url_name = SITES
    index_results_url_name = f"{SITES}_results"
    filterset_class = SiteFilterSet
    is_searchable = True
    verbose_name_plural = "网站"

    @cached_property
    def columns(self) -> list[BaseColumn]:
        """Name, kind, state, address, parent."""
        return [
            TitleColumn("name", label="网站", get_url=lambda site: reverse(SITE, args=[site.schema_name]), width="30%"),
            Column("kind", accessor="get_kind_display", label="类别", width="15%"),
            CellColumn("state", "状态", "site_core/console/state_cell.html", width="10%"),
            CellColumn("primary_host", "主域名", "site_core/console/host_cell.html", width="30%"),
            Column("parent", accessor=_name_parent, label="上级单位", width="15%"),
        ]

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """To make a site, for those who may."""
        return [HeaderButton("新建网站", url=reverse(NEW_SITE), icon_name="plus")] if self.may_write() else []

    def get_base_queryset(self) -> Any:
        """With hosts and parents."""
        return list_sites()

    def search_queryset(self, queryset: Any) -> Any:
        """By names, identifiers and hosts."""
        return match_site_text(queryset, self.search_query) if self.is_searching else queryset

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds `groups`: label, number and table of each."""
        context = super().get_context_data(**kwargs)
        context["groups"] = [
            {"label": group.label, "count": len(group.sites), "table": self._make_table(group)}
            for group in group_sites(context["object_list"])
        ]
        return context

    def _make_table(self, group: SiteGroup) -> Table:
        # Rows keep to one line: on a narrow screen the table is scrolled, not squeezed.
        return Table(
            self.columns, _with_urls(group.sites), classname="listing w-whitespace-nowrap", caption=group.label
        )


def _name_parent(site: Organisation) -> str:
    return str(site.parent.short_name) if site.parent else ""


def _with_urls(sites: list[Organisation]) -> list[Organisation]:
    for site in sites:
        site.url = find_site_url(site)
    return sites


class SiteScreen(ConsoleScreen, TemplateView):
    """One site: what it is, its hosts and state, and the way into its admin. The forms post to the screens below."""

    template_name = "site_core/console/site.html"

    @cached_property
    def site(self) -> Organisation:
        """The site that the address names."""
        return get_object_or_404(list_sites(), schema_name=self.kwargs["schema_name"])

    def get_page_title(self) -> str:
        """Its name."""
        return self.site.name

    def get_trail(self) -> list[tuple[str, str]]:
        """The list."""
        return [(reverse(SITES), "网站")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Everything about the site; a form that was refused comes in `kwargs`, with its errors."""
        kwargs.setdefault("details_form", DetailsForm.for_site(self.site))
        kwargs.setdefault("host_form", HostForm())
        kwargs.setdefault("state_form", StateForm(self.site))
        return super().get_context_data(
            site=self.site,
            site_url=find_site_url(self.site),
            hosts=list_hosts(self.site),
            entry_roles=self._list_entry_roles(),
            is_admin=self.is_admin(),
            panel_keys={panel.key for panel in list_panels(self.acting_user)},
            **kwargs,
        )

    def is_admin(self) -> bool:
        """Whether the forms are shown."""
        return Role.PLATFORM_ADMIN in list_platform_roles(self.acting_user)

    def _list_entry_roles(self) -> list[Role]:
        if self.site.state in CLOSED_STATES:
            return []
        return [role for role in Role if role in list_platform_roles(self.acting_user)]

    def answer(self, is_done: bool, done: str, **refused: BaseForm) -> HttpResponseBase:
        """Back to the site's screen with good news; or the screen again, with the form that was refused."""
        if is_done:
            messages.success(self.request, done)
            return redirect(SITE, schema_name=self.site.schema_name)
        messages.error(self.request, "未能保存：请查看标出的问题。")
        return self.render_to_response(self.get_context_data(**refused))


class DetailsScreen(SiteScreen):
    """Change names, identifiers and contact."""

    def post(self, request: HttpRequest, schema_name: str) -> HttpResponseBase:
        """Change them, or say why not."""
        form = DetailsForm.for_site(self.site, request.POST)
        return self.answer(form.apply(self.site, self.acting_user), "已保存网站信息。", details_form=form)


class HostsScreen(SiteScreen):
    """Add a host, make one primary, remove one."""

    def post(self, request: HttpRequest, schema_name: str) -> HttpResponseBase:
        """Do it, or say which rule forbids it."""
        form = HostForm(request.POST)
        return self.answer(form.apply(self.site, self.acting_user), "已更改域名。", host_form=form)


class StateScreen(SiteScreen):
    """Move the site to another state."""

    def post(self, request: HttpRequest, schema_name: str) -> HttpResponseBase:
        """Move it, or say why not."""
        form = StateForm(self.site, request.POST)
        return self.answer(form.apply(self.acting_user), "已更改网站状态。", state_form=form)


class EntryScreen(SiteScreen):
    """Into the site's admin, with one of one's platform roles."""

    writing_roles = ALL_ROLES

    def post(self, request: HttpRequest, schema_name: str) -> HttpResponseBase:
        """Off to the one-time link; or back, with the reason."""
        try:
            url = create_entry_link(acting_user=self.acting_user, site=self.site, role=request.POST.get("role", ""))
        except EntryRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(SITE, schema_name=schema_name)
        return redirect(url)


class NewSiteScreen(ConsoleScreen, TemplateView):
    """A form for a new site."""

    roles = frozenset({Role.PLATFORM_ADMIN})
    template_name = "site_core/console/new_site.html"
    page_title = "新建网站"

    def get_trail(self) -> list[tuple[str, str]]:
        """The list."""
        return [(reverse(SITES), "网站")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, by its parts."""
        form = kwargs.setdefault("form", NewSiteForm())
        parts = (("基本信息", ESSENTIAL_FIELDS), ("标识与备案", IDENTIFIER_FIELDS), ("联系方式", CONTACT_FIELDS))
        sections = [(label, [form[name] for name in names]) for label, names in parts]
        return super().get_context_data(sections=sections, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Make it. What fails takes back itself alone: the request, and the session, go on."""
        form = NewSiteForm(request.POST)
        try:
            site = form.create(self.acting_user)
        except SiteUnsound:
            logger.exception("a new site was not what the golden schema is")
            form.add_error(None, "新网站未通过核对，未保留任何内容。请运维人员检查样板模式后重试。")
            site = None
        if site is None:
            messages.error(request, "未建立网站：请查看标出的问题。")
            return self.render_to_response(self.get_context_data(form=form))
        return self._welcome(site)

    def _welcome(self, site: Organisation) -> HttpResponse:
        visit = messages.button(root_url(site), "打开网站", new_window=True)
        messages.success(self.request, f"已建立“{site.name}”。", buttons=[visit])
        return redirect(SITE, schema_name=site.schema_name)
