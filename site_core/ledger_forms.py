"""What the ledger's screens may be asked for."""

from typing import Any

import django_filters
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from accounts.ledger_labels import list_action_choices
from accounts.ledger_selectors import match_person, name_chains
from accounts.models import LedgerEntry


class LedgerFilterSet(WagtailFilterSet):
    """By action, person and day."""

    action = django_filters.ChoiceFilter(label="操作", choices=list_action_choices, empty_label="全部")
    person = django_filters.CharFilter(label="人员", method="by_person", help_text="姓名或登录名")
    at = django_filters.DateFromToRangeFilter(label="日期", widget=DateRangePickerWidget)

    class Meta:
        model = LedgerEntry
        fields: tuple[str, ...] = ()

    def by_person(self, entries: Any, name: str, value: str) -> Any:
        """Part of the name, or the whole login name."""
        return match_person(entries, value)


class CentreLedgerFilterSet(LedgerFilterSet):
    """By site as well."""

    chain = django_filters.ChoiceFilter(label="网站", choices=lambda: name_chains().items(), empty_label="全部")

    field_order = ("chain", "action", "person", "at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters.move_to_end("chain", last=False)
