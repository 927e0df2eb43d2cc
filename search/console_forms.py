"""Forms of the centre's screens on search. Each carries out its own action; what the action refuses stands at the field."""

from copy import copy
from typing import Any, cast

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from wagtail.admin.filters import WagtailFilterSet

from search.console_actions import add_row, approve_hot_query, change_row, refuse_hot_query
from search.console_import import ImportReport, import_synonyms
from search.console_rules import WordRow
from search.models import Abbreviation, BestBet, HotQuery, JudicialWord, Synonym

_LONGEST_PASTE = 300_000
_LARGEST_RANK = 9999


class ActiveFilterSet(WagtailFilterSet):
    """Rows that hold, or those that are switched off; text is searched for beside it."""

    active = django_filters.ChoiceFilter(
        label="状态", field_name="is_active", choices=[("1", "启用"), ("0", "停用")], empty_label="全部"
    )

    class Meta:
        model = Synonym
        fields: tuple[str, ...] = ()


class HotFilterSet(WagtailFilterSet):
    """By what the centre decided."""

    STATES = {
        "waiting": {"is_approved": False, "is_refused": False},
        "approved": {"is_approved": True},
        "refused": {"is_refused": True},
    }

    state = django_filters.ChoiceFilter(
        label="状态",
        method="by_state",
        choices=[("waiting", "待审核"), ("approved", "显示"), ("refused", "不显示")],
        empty_label="全部",
    )

    class Meta:
        model = HotQuery
        fields: tuple[str, ...] = ()

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        """One of STATES."""
        return rows.filter(**self.STATES[value])


class RowForm(forms.ModelForm):
    """A row of one of the lists, new or changed. It works on a copy: the page goes on showing what the row is."""

    @classmethod
    def for_row(cls, row: WordRow | None, data: Any = None, initial: Any = None) -> "RowForm":
        """For a new row (None) or that one; `initial` fills in what is not posted."""
        return cls(data, instance=copy(row) if row else None, initial=initial)

    def validate_unique(self) -> None:
        """Left to the action, which knows duplicates whatever their writing."""

    def apply(self, acting_user: Any) -> bool:
        """Whether the row stands as it was written."""
        if not self.is_valid():
            return False
        try:
            if self.instance.pk:
                change_row(self.instance, self.cleaned_data, acting_user=acting_user)
            else:
                add_row(self.instance, acting_user=acting_user)
        except ValidationError as error:
            self.add_error(None, error)
        return not self.errors


class SynonymForm(RowForm):
    """Words of citizens and the terms that they mean."""

    class Meta:
        model = Synonym
        fields = ("words", "terms", "direction")
        widgets = {
            "words": forms.Textarea(attrs={"rows": 2}),
            "terms": forms.Textarea(attrs={"rows": 2}),
            "direction": forms.RadioSelect,
        }


class AbbreviationForm(RowForm):
    """A short name and its law."""

    class Meta:
        model = Abbreviation
        fields = ("short", "full")
        help_texts = {"short": "如 民诉法。", "full": "如 中华人民共和国民事诉讼法，不加书名号。"}


class JudicialWordForm(RowForm):
    """A word of our own."""

    class Meta:
        model = JudicialWord
        fields = ("word",)
        help_texts = {"word": "2 至 12 个字，如 社区矫正；查询中遇到时不再拆开。"}


class BestBetForm(RowForm):
    """A page on top of the results."""

    class Meta:
        model = BestBet
        fields = ("words", "title", "url", "summary")
        help_texts = {
            "url": "以 https:// 开头的网址；或以 / 开头的路径，在读者所在的网站上打开。",
            "summary": "显示在标题下面，可不填。",
        }


class ImportForm(forms.Form):
    """Synonyms as a table. After an import the lines that were not taken stand in it, to be put right."""

    text = forms.CharField(
        label="同义词表",
        max_length=_LONGEST_PASTE,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"}),
        help_text="一行一条：说法、查找、方向（可省略）三列，从表格粘贴，或用英文逗号分列；列内的词用顿号分隔。",
        error_messages={"required": "请粘贴要导入的内容。"},
    )

    def apply(self, acting_user: Any) -> ImportReport | None:
        """What came of it; None where nothing was taken at all, with the reason at the field."""
        if not self.is_valid():
            return None
        try:
            return import_synonyms(self.cleaned_data["text"], acting_user=acting_user)
        except ValidationError as error:
            self.add_error(None, error)
            return None

    @classmethod
    def for_faults(cls, report: ImportReport) -> "ImportForm":
        """The lines that were not taken."""
        return cls(initial={"text": "\n".join(fault.line for fault in report.faults)})


class HotQueryForm(forms.Form):
    """Offer a query to readers, or not."""

    action = forms.ChoiceField(choices=[("approve", "显示"), ("refuse", "不显示")])
    rank = forms.IntegerField(label="排序", min_value=0, max_value=_LARGEST_RANK, required=False)

    def apply(self, row: HotQuery, acting_user: Any) -> str:
        """'' where it was done; else why not."""
        if not self.is_valid():
            return f"未能保存：排序为 0 至 {_LARGEST_RANK} 的整数。"
        try:
            if self.cleaned_data["action"] == "refuse":
                refuse_hot_query(row, acting_user=acting_user)
            else:
                rank = self.cleaned_data["rank"]
                approve_hot_query(row, rank=row.rank if rank is None else rank, acting_user=acting_user)
        except ValidationError as error:
            return cast(str, error.messages[0])
        return ""
