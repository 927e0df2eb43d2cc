"""Screens of a list of words: the list itself, its rows, and the import of synonyms."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.ui.tables import BaseColumn, Column, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.admin.widgets.button import HeaderButton

from search.analysis.understanding import read_text
from search.console_actions import remove_row, switch_row
from search.console_forms import ActiveFilterSet, ImportForm
from search.console_import import MOST_LINES
from search.console_selectors import list_rows
from search.console_word_lists import SYNONYMS, WRITERS, SearchScreen, WordList

_ROWS = 50


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
