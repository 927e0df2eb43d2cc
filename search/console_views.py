"""The centre's screens on search: an overview of what readers look for, the word lists, and how a query is understood."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.ui.tables import BaseColumn, Column, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.admin.widgets.button import Button, HeaderButton

from accounts.models import Role
from search.analysis.understanding import read_text
from search.console_actions import MOST_LINES, propose_hot_queries, remove_row, switch_row
from search.console_forms import (
    AbbreviationForm,
    ActiveFilterSet,
    BestBetForm,
    HotFilterSet,
    HotQueryForm,
    ImportForm,
    JudicialWordForm,
    RowForm,
    SynonymForm,
)
from search.console_selectors import (
    DAYS,
    QueryCount,
    count_hot_queries_to_review,
    explain,
    find_last_self_test,
    get_totals,
    list_hot_rows,
    list_rows,
    list_top_queries,
    list_vain_queries,
    list_volume,
)
from search.models import Abbreviation, BestBet, HotQuery, JudicialWord, Synonym
from site_core.console_screens import ConsoleScreen

WRITERS = frozenset({Role.PLATFORM_ADMIN, Role.CENTRAL_EDITOR})
OVERVIEW = "search_console"
HOT, EXPLAIN, IMPORT = f"{OVERVIEW}_hot", f"{OVERVIEW}_explain", f"{OVERVIEW}_synonyms_import"
_SHOWN_QUERIES, _SHOWN_FAILURES, _ROWS = 20, 50, 50


@dataclass(frozen=True)
class WordList:
    """One of the lists that the centre keeps: how its screens are called, what they show and search, and its form."""

    key: str
    label: str
    icon: str
    model: Any
    form: type[RowForm]
    columns: tuple[tuple[str, str | Callable[[Any], Any]], ...]
    """(field, accessor) of each; the first leads to the row."""
    help: str
    extra_buttons: tuple[tuple[str, str, str], ...] = field(default=())
    """(label, name of the address, icon) of what writers may do besides."""

    @property
    def fields(self) -> list[str]:
        """What people write."""
        return list(self.form._meta.fields or ())

    def name_url(self, screen: str = "") -> str:
        """Name of the address of its list or another of its screens."""
        return f"{OVERVIEW}_{self.key}{screen}"


SYNONYMS = WordList(
    "synonyms",
    "同义词",
    "list-ul",
    Synonym,
    SynonymForm,
    (("words", "words"), ("terms", "terms"), ("direction", lambda row: row.get_direction_display().partition("：")[0])),
    "读者说的，和法律、公文里写的。搜索左边的词时，也查找右边的词。",
    (("导入", IMPORT, "upload"),),
)
ABBREVIATIONS = WordList(
    "abbreviations",
    "法律简称",
    "title",
    Abbreviation,
    AbbreviationForm,
    (("short", "short"), ("full", "full")),
    "搜索简称时，也查找全称，并优先列出这部法律。",
)
WORDS = WordList(
    "words",
    "专业词",
    "tag",
    JudicialWord,
    JudicialWordForm,
    (("word", "word"),),
    "通用词典里没有的词。查询中遇到时作为一个词查找，不拆开。",
)
BEST_BETS = WordList(
    "best_bets",
    "推荐结果",
    "pick",
    BestBet,
    BestBetForm,
    (("words", "words"), ("title", "title"), ("url", "url")),
    "读者的搜索词与这里的某个词完全相同时，这些网页列在结果最前面，最多三条。",
)
LISTS = (SYNONYMS, ABBREVIATIONS, WORDS, BEST_BETS)


class SearchScreen(ConsoleScreen):
    """What these screens have in common: editors of the centre write too, and each leads to the others."""

    writing_roles = WRITERS
    header_icon = "search"

    def get_trail(self) -> list[tuple[str, str]]:
        """The overview."""
        return [(reverse(OVERVIEW), "搜索")]

    @property
    def header_more_buttons(self) -> list[Button]:
        """The other screens."""
        return [
            Button(label, url=reverse(name), icon_name=icon, priority=place)
            for place, (label, name, icon) in enumerate(list_screens())
            if reverse(name) != self.request.path
        ]


def list_screens() -> list[tuple[str, str, str]]:
    """(label, name of the address, icon) of the screens below this panel."""
    return [
        ("搜索概况", OVERVIEW, "search"),
        *((each.label, each.name_url(), each.icon) for each in LISTS),
        ("热门搜索", HOT, "order-up"),
        ("查询分析", EXPLAIN, "glasses"),
    ]


class OverviewScreen(SearchScreen, TemplateView):
    """What readers of all sites looked for in the last month, what they did not find, and the self-test."""

    template_name = "search/console/overview.html"
    page_title = "搜索概况"

    def get_trail(self) -> list[tuple[str, str]]:
        """Stands right below the console."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The statistics, and for who may write the way from a query to the forms."""
        return super().get_context_data(
            days=DAYS,
            volume=list_volume(),
            totals=get_totals(),
            vain_queries=[(each, *_link_forms(each)) for each in list_vain_queries(_SHOWN_QUERIES)],
            top_queries=list_top_queries(_SHOWN_QUERIES),
            self_test=find_last_self_test(_SHOWN_FAILURES),
            to_review=count_hot_queries_to_review(),
            may_write=self.may_write(),
            screens=list_screens()[1:],
            **kwargs,
        )


def _link_forms(each: QueryCount) -> tuple[str, str]:
    """Addresses of a new synonym and a new best bet, filled in with the query."""
    filled = urlencode({"words": each.query})
    return tuple(f"{reverse(words.name_url('_new'))}?{filled}" for words in (SYNONYMS, BEST_BETS))  # type: ignore[return-value] # two of them


class ListScreen(SearchScreen, BaseListingView):
    """One of the lists: searched, filtered, page by page."""

    words: WordList = SYNONYMS
    results_template_name = "search/console/list_results.html"
    filterset_class = ActiveFilterSet
    is_searchable = True
    paginate_by = _ROWS

    def get_page_title(self) -> str:
        """Name of the list."""
        return self.words.label

    @property
    def header_icon(self) -> str:  # type: ignore[override] # each list has its own
        """Of the list."""
        return self.words.icon

    def get_index_url(self) -> str:
        """Of this list."""
        return reverse(self.words.name_url())

    def get_index_results_url(self) -> str:
        """Its results alone, for Wagtail's filters."""
        return reverse(self.words.name_url("_results"))

    @property
    def verbose_name_plural(self) -> str:
        """Name of the rows."""
        return self.words.label

    @property
    def search_fields(self) -> list[str]:
        """All that people write."""
        return self.words.fields

    @cached_property
    def columns(self) -> list[BaseColumn]:
        """What the list says, and whether it holds."""
        (first, accessor), *others = self.words.columns
        meta = self.words.model._meta
        return [
            TitleColumn(first, accessor=accessor, label=meta.get_field(first).verbose_name, get_url=self._link_row),
            *(Column(name, accessor=get, label=meta.get_field(name).verbose_name) for name, get in others),
            StatusTagColumn(
                "is_active",
                accessor=lambda row: "启用" if row.is_active else "停用",
                primary=lambda row: row.is_active,
                label="状态",
                width="10%",
            ),
        ]

    def _link_row(self, row: Any) -> str | None:
        return reverse(self.words.name_url("_edit"), args=[row.pk]) if self.may_write() else None

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """To add rows, for those who may."""
        if not self.may_write():
            return []
        screens = (("添加", self.words.name_url("_new"), "plus"), *self.words.extra_buttons)
        return [
            HeaderButton(label, url=reverse(name), icon_name=icon, priority=place)
            for place, (label, name, icon) in enumerate(screens)
        ]

    def get_base_queryset(self) -> Any:
        """All rows."""
        return list_rows(self.words.model)


class RowScreen(SearchScreen, TemplateView):
    """What the screens on a row have in common; only for those who may write."""

    roles = WRITERS
    words: WordList = SYNONYMS
    template_name = "search/console/row.html"

    def get_trail(self) -> list[tuple[str, str]]:
        """The list."""
        return [*super().get_trail(), (reverse(self.words.name_url()), self.words.label)]

    @cached_property
    def row(self) -> Any:
        """The row that the address names."""
        return get_object_or_404(list_rows(self.words.model), pk=self.kwargs["number"])

    def return_to_list(self, done: str) -> HttpResponseBase:
        """With the good news."""
        messages.success(self.request, done)
        return redirect(self.words.name_url())

    def show_form(self, form: Any, **context: Any) -> HttpResponseBase:
        """The screen again, with the form that was refused."""
        messages.error(self.request, "未能保存：请查看标出的问题。")
        return self.render_to_response(self.get_context_data(form=form, **context))


class NewScreen(RowScreen):
    """A new row; the address may fill in its fields, as the overview does."""

    submit_label = "添加"

    def get_page_title(self) -> str:
        """What is added."""
        return f"添加{self.words.label}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form."""
        filled = {name: read_text(self.request.GET.get(name, "")) for name in self.words.fields}
        initial = {name: text for name, text in filled.items() if text}
        kwargs.setdefault("form", self.words.form.for_row(None, initial=initial))
        return super().get_context_data(submit_label=self.submit_label, help=self.words.help, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Add it, or say why not."""
        form = self.words.form.for_row(None, request.POST)
        if not form.apply(self.acting_user):
            return self.show_form(form)
        return self.return_to_list(f"已添加“{form.instance}”。")


class EditScreen(RowScreen):
    """A row: change it, switch it off and on, remove it."""

    submit_label = "保存"

    def get_page_title(self) -> str:
        """What is changed."""
        return f"修改{self.words.label}"

    def get_page_subtitle(self) -> str:
        """Which."""
        return str(self.row)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, and the ways to the other two."""
        kwargs.setdefault("form", self.words.form.for_row(self.row))
        return super().get_context_data(
            row=self.row,
            submit_label=self.submit_label,
            help=self.words.help,
            switch_url=reverse(self.words.name_url("_switch"), args=[self.row.pk]),
            delete_url=reverse(self.words.name_url("_delete"), args=[self.row.pk]),
            **kwargs,
        )

    def post(self, request: HttpRequest, number: int) -> HttpResponseBase:
        """Change it, or say why not."""
        form = self.words.form.for_row(self.row, request.POST)
        return self.return_to_list("已保存。") if form.apply(self.acting_user) else self.show_form(form)


class SwitchScreen(RowScreen):
    """Switch a row off or on."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: int) -> HttpResponseBase:
        """Back to the list; or to the row, with the reason."""
        is_active = request.POST.get("active") == "1"
        try:
            switch_row(self.row, is_active=is_active, acting_user=self.acting_user)
        except ValidationError as error:
            messages.error(request, f"未能启用：{error.messages[0]}")
            return redirect(self.words.name_url("_edit"), self.row.pk)
        return self.return_to_list(f"已{'启用' if is_active else '停用'}“{self.row}”。")


class DeleteScreen(RowScreen):
    """Ask once more, then remove the row."""

    template_name = "search/console/delete.html"

    def get_page_title(self) -> str:
        """What is removed."""
        return f"删除{self.words.label}"

    def get_page_subtitle(self) -> str:
        """Which."""
        return str(self.row)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The row."""
        back_url = reverse(self.words.name_url("_edit"), args=[self.row.pk])
        return super().get_context_data(row=self.row, back_url=back_url, **kwargs)

    def post(self, request: HttpRequest, number: int) -> HttpResponseBase:
        """Remove it."""
        name = str(self.row)
        remove_row(self.row, acting_user=self.acting_user)
        return self.return_to_list(f"已删除“{name}”。")


class ImportScreen(RowScreen):
    """Many synonyms at once. What was not taken stays in the form, with the reason for each line."""

    template_name = "search/console/import.html"
    page_title = "导入同义词"
    header_icon = "upload"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form."""
        kwargs.setdefault("form", ImportForm())
        return super().get_context_data(most_lines=MOST_LINES, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Add what is sound; say line by line what was wrong with the rest."""
        form = ImportForm(request.POST)
        report = form.apply(self.acting_user)
        if report is None:
            return self.show_form(form)
        done = f"已添加 {len(report.added)} 条，{report.known} 条原已有。"
        if not report.faults:
            return self.return_to_list(done)
        messages.warning(request, f"{done}另有 {len(report.faults)} 行未导入，留在下面，改正后可再次导入。")
        context = self.get_context_data(form=ImportForm.for_faults(report), faults=report.faults)
        return self.render_to_response(context)


class HotScreen(SearchScreen, BaseListingView):
    """Queries that readers may be offered: proposed from the counts, shown once the centre agrees."""

    page_title = "热门搜索"
    header_icon = "order-up"
    index_url_name = HOT
    index_results_url_name = f"{HOT}_results"
    results_template_name = "search/console/hot_results.html"
    filterset_class = HotFilterSet
    search_fields = ("query",)
    is_searchable = True
    paginate_by = _ROWS
    verbose_name_plural = "热门搜索"

    def get_base_queryset(self) -> Any:
        """Proposals first."""
        return list_hot_rows()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether there are forms."""
        return super().get_context_data(may_write=self.may_write(), **kwargs)


class ProposeScreen(SearchScreen):
    """Take proposals out of the counts."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Back to the list, with how many there are."""
        count = propose_hot_queries(acting_user=self.acting_user)
        if count:
            messages.success(request, f"提取了 {count} 个新的搜索词，请审核。")
        else:
            messages.info(request, "最近一周没有新的热门搜索词。")
        return redirect(HOT)


class ReviewScreen(SearchScreen):
    """Decide on one query."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: int) -> HttpResponseBase:
        """Back to the list, with what was decided or why not."""
        row = get_object_or_404(HotQuery, pk=number)
        form = HotQueryForm(request.POST)
        if problem := form.apply(row, self.acting_user):
            messages.error(request, problem)
        else:
            is_shown = form.cleaned_data["action"] == "approve"
            messages.success(request, f"“{row.query}”{'已显示' if is_shown else '不再显示'}。")
        return redirect(HOT)


class ExplainScreen(SearchScreen, TemplateView):
    """How a query is understood, and what it finds."""

    template_name = "search/console/explain.html"
    page_title = "查询分析"
    header_icon = "glasses"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The explanation, where something is asked."""
        typed = self.request.GET.get("q", "")
        explanation = explain(typed) if read_text(typed) else None
        return super().get_context_data(explanation=explanation, **kwargs)
