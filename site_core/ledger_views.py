"""Screens of the ledger: for a site its own chain, for the centre all of them.

Both are made of the same screens; `SiteLedger` and `CentreLedger` say who gets in and which chains there are.
"""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.auth import permission_denied
from wagtail.admin.ui.tables import BaseColumn, Column, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView, WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from accounts.ledger import PLATFORM_CHAIN, record
from accounts.ledger_labels import describe_detail, label_action
from accounts.ledger_selectors import (
    LedgerPage,
    count_entries,
    find_faults,
    get_page,
    list_chains,
    list_entries,
    match_text,
    name_chains,
)
from accounts.models import LedgerEntry, Role, User
from site_core.console_screens import ConsoleScreen
from site_core.ledger_csv import MOST_ROWS, write_csv
from site_core.ledger_forms import CentreLedgerFilterSet, LedgerFilterSet
from site_core.roles import VIEW_LEDGER
from tenants.current import current_site

LEDGER_ROLES = frozenset({Role.PLATFORM_ADMIN, Role.AUDITOR})
SHOWN_FAULTS = 10


class LedgerScreen(WagtailAdminTemplateMixin, View):
    """What all screens of the ledger have in common. Which chains there are is said by the two scopes below."""

    url_prefix = ""
    filterset_class: type[LedgerFilterSet] = LedgerFilterSet
    header_icon = "history"
    page_title = "账册"
    request: HttpRequest

    @property
    def acting_user(self) -> User:
        """The person of the request; the admin lets nobody else in."""
        return cast(User, self.request.user)

    @cached_property
    def chain(self) -> str:
        """The chain that is shown, '' for all."""
        raise NotImplementedError

    @property
    def own_chain(self) -> str:
        """Where it is written down that the ledger was read out or verified."""
        raise NotImplementedError

    @cached_property
    def chain_names(self) -> dict[str, str]:
        """Names of the chains that there are."""
        raise NotImplementedError

    def name_chain(self, chain: str) -> str:
        """What the chain is called; the chain of an organisation that is gone keeps its own name."""
        return self.chain_names.get(chain, chain)

    def link(self, screen: str, *args: Any) -> str:
        """Address of one of the ledger's screens, in the same part of the admin."""
        return reverse(f"{self.url_prefix}{screen}", args=args)

    def link_list(self, chain: str) -> str:
        """Address of the list of that chain."""
        return self.link("")

    def link_entry(self, entry: LedgerEntry) -> str:
        """Address of an entry."""
        return self.link("_entry", entry.position)

    def link_verify(self) -> str:
        """Where to post for the chain that is shown; '' where all are."""
        return self.link("_verify")

    def get_trail(self) -> list[tuple[str, str]]:
        """(address, name) of what stands above this screen."""
        return []

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Home, the trail, here."""
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, *({"url": url, "label": label} for url, label in self.get_trail()), here]


class SiteLedger(LedgerScreen):
    """Scope: the chain of the current site and no other, for whoever may see it here."""

    url_prefix = "site_core_ledger"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Wagtail's refusal for those who may not."""
        if not self.acting_user.has_perm(VIEW_LEDGER):
            return cast(HttpResponseBase, permission_denied(request))
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def chain(self) -> str:
        """The site's own."""
        return current_site().schema_name

    @property
    def own_chain(self) -> str:
        """The same."""
        return self.chain

    @cached_property
    def chain_names(self) -> dict[str, str]:
        """The site alone."""
        return {self.chain: current_site().short_name}


class CentreLedger(ConsoleScreen, LedgerScreen):
    """Scope: all chains, or the one that the address or the filters name."""

    url_prefix = "site_core_console_ledger"
    filterset_class = CentreLedgerFilterSet
    roles = writing_roles = LEDGER_ROLES
    header_icon = "history"
    own_chain = PLATFORM_CHAIN

    @cached_property
    def chain(self) -> str:
        """From the address; else from the filters, where it must be one of those that are offered."""
        asked = self.request.GET.get("chain", "")
        return self.kwargs.get("chain") or (asked if asked in self.chain_names else "")

    @cached_property
    def chain_names(self) -> dict[str, str]:
        """The platform's and those of all sites."""
        return name_chains()

    def link_list(self, chain: str) -> str:
        """With the chain among the filters."""
        return f"{self.link('')}?chain={chain}"

    def link_entry(self, entry: LedgerEntry) -> str:
        """With its chain."""
        return self.link("_entry", entry.chain, entry.position)

    def link_verify(self) -> str:
        """With the chain."""
        return self.link("_verify", self.chain) if self.chain else ""


class ListScreen(LedgerScreen, BaseListingView):
    """Entries, newest first. Pages are asked for by key, and never counted."""

    results_template_name = "site_core/ledger/results.html"
    is_searchable = True
    verbose_name_plural = "账册条目"
    page: LedgerPage

    def get_index_url(self) -> str:
        """Of the same chains."""
        return self.link("")

    def get_index_results_url(self) -> str:
        """Its results alone, for Wagtail's filters."""
        return self.link("_results")

    @cached_property
    def columns(self) -> list[BaseColumn]:
        """When, what, to what, who, from where; and on which site, where several are shown."""
        site = Column("chain", accessor=lambda entry: self.name_chain(entry.chain), label="网站")
        return [
            Column("at", accessor=_say_when, label="时间", classname="w-whitespace-nowrap"),
            TitleColumn(
                "action", accessor=lambda entry: label_action(entry.action), label="操作", get_url=self.link_entry
            ),
            Column("object_name", label="对象"),
            Column("actor_name", label="人员", classname="w-whitespace-nowrap"),
            *([] if self.chain else [site]),
            Column("address", label="来源地址"),
        ]

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """The rows that are shown, for a spreadsheet."""
        query = self.request.GET.copy()
        for name in (self.page_kwarg, "_w_filter_fragment"):
            query.pop(name, None)
        return [HeaderButton("下载 CSV", url=f"{self.link('_download')}?{query.urlencode()}", icon_name="download")]

    def get_base_queryset(self) -> Any:
        """Of the chain, or of all."""
        return list_entries(self.chain)

    def search_queryset(self, queryset: Any) -> Any:
        """By text."""
        return match_text(queryset, self.search_query) if self.is_searching else queryset

    def list_asked(self) -> Any:
        """All entries that filters and search leave."""
        return super().get_queryset()

    @property
    def key(self) -> str:
        """What pages are told apart by."""
        return "position" if self.chain else "id"

    def get_queryset(self) -> Any:
        """One page of them: the newest, or those that `p=before-KEY` or `p=after-KEY` asks for."""
        direction, _, text = self.request.GET.get(self.page_kwarg, "").partition("-")
        place = int(text) if text.isdecimal() and len(text) < 19 else None
        before, after = (place if direction == name else None for name in ("before", "after"))
        self.page = get_page(self.list_asked(), by=self.key, before=before, after=after)
        return self.page.entries

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds what the results need."""
        return super().get_context_data(
            newer_page=self.page.newer and f"after-{self.page.newer}",
            older_page=self.page.older and f"before-{self.page.older}",
            chain_name=self.name_chain(self.chain) if self.chain else "",
            verify_url=self.link_verify(),
            **kwargs,
        )


def _say_when(entry: LedgerEntry) -> str:
    return timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S")


class DownloadScreen(ListScreen):
    """The rows that the list's filters leave, as a file. That they were taken out is itself in the ledger."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """At most MOST_ROWS, the newest."""
        rows = list(self.list_asked().order_by(f"-{self.key}")[: MOST_ROWS + 1])
        is_cut, rows = len(rows) > MOST_ROWS, rows[:MOST_ROWS]
        filters = {name: value for name, value in request.GET.items() if value and name != self.page_kwarg}
        record(
            "ledger.downloaded", None, self.acting_user, {"filters": filters, "rows": len(rows)}, chain=self.own_chain
        )
        response = HttpResponse(write_csv(rows, is_cut=is_cut), content_type="text/csv; charset=utf-8")
        name = f"ledger-{self.chain or 'all'}-{timezone.localdate():%Y%m%d}.csv"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


class EntryScreen(LedgerScreen, TemplateView):
    """One entry with everything in it, its links in the chain included."""

    template_name = "site_core/ledger/entry.html"

    @cached_property
    def entry(self) -> LedgerEntry:
        """The entry that the address names, of the chain that may be shown."""
        return get_object_or_404(list_entries(self.chain), position=self.kwargs["position"])

    def get_page_title(self) -> str:
        """What was done."""
        return label_action(self.entry.action)

    def get_page_subtitle(self) -> str:
        """Its place."""
        return f"第 {self.entry.position} 条"

    def get_trail(self) -> list[tuple[str, str]]:
        """The list."""
        return [(self.link_list(self.chain), "账册")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The entry, in words."""
        return super().get_context_data(
            entry=self.entry,
            action_label=label_action(self.entry.action),
            detail=describe_detail(self.entry.detail),
            hashes=[("校验值（SHA-256）", _split(self.entry.hash)), ("上一条校验值", _split(self.entry.previous_hash))],
            chain_name=self.name_chain(self.chain),
            verify_url=self.link_verify(),
            **kwargs,
        )


def _split(digest: str) -> list[str]:
    """Parts between which a narrow screen may break the line."""
    return [digest[start : start + 16] for start in range(0, len(digest), 16)]


class VerifyScreen(LedgerScreen):
    """Verify the chain that is shown, and say what came of it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Back to the list, with the result; Http404 for a chain that does not exist."""
        if self.chain not in list_chains():
            raise Http404
        faults = find_faults(self.chain, limit=SHOWN_FAULTS)
        name = self.name_chain(self.chain)
        if faults:
            listed = "；".join(f"第 {fault.position} 条：{fault.problem}" for fault in faults)
            messages.error(request, f"“{name}”账册校验发现问题（最多列出 {SHOWN_FAULTS} 处）：{listed}。")
        else:
            messages.success(request, f"“{name}”账册共 {count_entries(self.chain)} 条，校验无误。")
        detail = {"chain": self.chain, "faults": len(faults)}
        record("ledger.verified", None, self.acting_user, detail, chain=self.own_chain)
        return redirect(self.link_list(self.chain))


def _view(scope: type[LedgerScreen], screen: type[LedgerScreen], **options: Any) -> Any:
    combined: Any = type(f"{scope.__name__}{screen.__name__}", (scope, screen), {})
    return combined.as_view(**options)


def site_urls(route: str) -> list[URLPattern]:
    """Addresses of a site's ledger, below the route."""
    scope, name = SiteLedger, SiteLedger.url_prefix
    return [
        path(route, _view(scope, ListScreen), name=name),
        path(f"{route}results/", _view(scope, ListScreen, results_only=True), name=f"{name}_results"),
        path(f"{route}download/", _view(scope, DownloadScreen), name=f"{name}_download"),
        path(f"{route}verify/", _view(scope, VerifyScreen), name=f"{name}_verify"),
        path(f"{route}<int:position>/", _view(scope, EntryScreen), name=f"{name}_entry"),
    ]


def centre_urls(route: str) -> list[URLPattern]:
    """Addresses of the centre's ledger, below the route."""
    scope, name = CentreLedger, CentreLedger.url_prefix
    return [
        path(route, _view(scope, ListScreen), name=name),
        path(f"{route}results/", _view(scope, ListScreen, results_only=True), name=f"{name}_results"),
        path(f"{route}download/", _view(scope, DownloadScreen), name=f"{name}_download"),
        path(f"{route}verify/<slug:chain>/", _view(scope, VerifyScreen), name=f"{name}_verify"),
        path(f"{route}<slug:chain>/<int:position>/", _view(scope, EntryScreen), name=f"{name}_entry"),
    ]
