"""Forms of accounts. Each carries out its own action; what the action refuses stands at the field. No form shows a secret."""

from collections.abc import Mapping
from copy import copy
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError

from microblog.actions import AccountRefused, change_account, connect_account, register_account
from microblog.models import Account
from microblog.platform_sheets import sheet_of
from microblog.platforms import Platform


class AddressField(forms.URLField):
    """An address; without a scheme it is an encrypted one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"assume_scheme": "https", **kwargs})


class AccountForm(forms.ModelForm):
    """The fields that the account's platform knows. It works on a copy: the page goes on showing what the account is."""

    class Meta:
        model = Account
        fields = ("name",)

    @classmethod
    def for_account(cls, account: Account, data: Any = None) -> "AccountForm":
        """For an account of the registry, or for a new one that has only its platform."""
        return _make_form(account.platform)(data, instance=copy(account))

    def _post_clean(self) -> None:
        """Left to the action, which checks the whole account."""

    def apply(self, acting_user: Any) -> Account | None:
        """The account as it was written; None with the reasons at the fields."""
        if not self.is_valid():
            return None
        try:
            if self.instance.pk:
                return change_account(self.instance, self.cleaned_data, acting_user=acting_user)
            return register_account(self.instance.platform, self.cleaned_data, acting_user=acting_user)
        except ValidationError as problem:
            self._show(problem)
            return None

    def _show(self, problem: ValidationError) -> None:
        for name, errors in problem.message_dict.items():
            self.add_error(name if name in self.fields else None, ValidationError(errors))


def _make_form(platform: str) -> type[AccountForm]:
    sheet = sheet_of(platform)
    made = forms.modelform_factory(
        Account,
        form=AccountForm,
        fields=sheet.fields,
        help_texts=sheet.help_texts,
        widgets={"filed_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
        field_classes={"base_url": AddressField, "profile_url": AddressField},
    )
    return cast(type[AccountForm], made)


class SecretsForm(forms.Form):
    """Secrets of an account, to be written and never read: empty fields keep what is stored."""

    def __init__(self, account: Account, held: Mapping[str, str], data: Any = None) -> None:
        super().__init__(data)
        self._account = account
        for each in sheet_of(account.platform).secrets:
            is_held = bool(held.get(each.name))
            kept = "已保存，不再显示；留空即不改。" if is_held else ""
            self.fields[each.name] = forms.CharField(
                label=each.label,
                help_text=f"{each.help_text}{kept}",
                required=False,
                max_length=500,
                widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False),
            )

    def clean(self) -> dict[str, Any]:
        """Nothing entered is no change."""
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.values()):
            raise ValidationError("没有填写新的凭据。")
        return cleaned

    def apply(self, acting_user: Any) -> bool:
        """Whether they were stored."""
        if not self.is_valid():
            return False
        try:
            connect_account(self._account, self.cleaned_data, acting_user=acting_user)
        except AccountRefused as refusal:
            self.add_error(None, str(refusal))
        return not self.errors


class PlatformForm(forms.Form):
    """Which platform a new account is on; decides what is asked next."""

    platform = forms.ChoiceField(choices=Platform.choices)
