"""Forms of pages in the admin, and in the API, which builds its own from them."""

from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from wagtail.admin.forms import WagtailAdminPageForm

from site_core.checking.refusal import refuse
from site_core.locks import held_fields
from site_core.paths import new_slug
from site_core.publication_checks import Finding, list_findings

NUMBERS_CONFIRMED = "numbers_confirmed"
"""Name of the box that an editor ticks: the numbers in the text were looked at and may be disclosed. No field of a model."""

_checked_actions: set[str] = set()


def check_before(action: str) -> None:
    """Register the name of a button that saves a draft to have it published by others (`review`): checked as for publication."""
    _checked_actions.add(action)


class SitePageForm(WagtailAdminPageForm):
    """Wagtail's, which does not insist on a slug, and does not let a page be published that its checks refuse.

    Saving a draft and previewing are left alone: Wagtail defers required fields then (`is_deferred_validation`), unless
    the draft is submitted by one of the buttons of `check_before`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = "网址中的最后一段；留空则自动生成。发布后修改会自动留下转向。"
        self._show_locks()

    def _show_locks(self) -> None:
        """What a blueprint locks is shown and not offered; a post written by hand is refused by the page's `clean`."""
        for name in held_fields(self.instance):
            if name not in self.fields:
                continue
            field = self.fields[name]
            field.help_text = "由蓝图锁定，本站不能更改。"
            if isinstance(field, forms.ChoiceField):
                field.disabled = True  # browsers know no choice that is only to be read
            else:
                field.widget.attrs["readonly"] = True

    def defer_required_fields(self) -> None:
        """Wagtail's, for a draft that only is to be saved; one that is submitted must be complete."""
        if not any(self.data.get(action) for action in _checked_actions):
            super().defer_required_fields()

    def clean_slug(self) -> str:
        """The slug that was given, or a new one."""
        return self.cleaned_data["slug"] or self.instance.slug or new_slug()

    def _post_clean(self) -> None:
        """After the page holds what was entered: its checks, where it is about to be published or submitted."""
        super()._post_clean()
        if not self.is_deferred_validation and not self.errors:
            self._check_page()

    def _check_page(self) -> None:
        findings = list_findings(self.instance, column=self.parent_page)
        confirmed = [each for each in findings if each.may_be_confirmed] if self._is_confirmed() else []
        self.instance.confirmed_findings = confirmed
        obstacles = [each for each in findings if each.is_must and each not in confirmed]
        if obstacles:
            self.instance.shown_findings = findings
        for name, group in groupby(sorted(obstacles, key=self._field_of), key=self._field_of):
            self.add_error(name or None, self._error_of(name, list(group)))

    def _is_confirmed(self) -> bool:
        return bool(self.data.get(NUMBERS_CONFIRMED))

    def _field_of(self, finding: Finding) -> str:
        return finding.field if finding.field in self.fields else ""

    def _error_of(self, name: str, findings: list[Finding]) -> ValidationError:
        if name:
            return refuse(findings)
        return ValidationError([f"{finding.where}：{finding.text}" for finding in findings])
