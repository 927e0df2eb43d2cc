"""Forms of readers, and of the screens of the admin."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator

from legal_education.audiences import Audience
from legal_education.digest.channels import Channel, normalise
from legal_education.digest.models import SubscriptionState


class AddressForm(forms.Form):
    """A way and an address, in its one form when it is valid."""

    channel = forms.ChoiceField(label="接收方式", widget=forms.RadioSelect)
    address = forms.CharField(
        label="电子邮箱或手机号码",
        max_length=254,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "email", "inputmode": "email"}),
    )

    def __init__(self, *args: Any, channels: list[Channel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["channel"]
        field.choices = [(each.value, each.label) for each in channels]  # type: ignore[attr-defined] # a ChoiceField
        field.initial = channels[0].value
        address = self.fields["address"]
        if channels == [Channel.EMAIL]:
            address.label, field.widget = "电子邮箱", forms.HiddenInput()
        address.error_messages["required"] = f"请填写{address.label}。"
        for validator in address.validators:
            if isinstance(validator, MaxLengthValidator):
                validator.message = f"请填写正确的{address.label}。"
        field.error_messages["required"] = field.error_messages["invalid_choice"] = "请选择接收方式。"

    def clean(self) -> dict[str, Any]:
        """The address in the form of its channel."""
        values = super().clean() or {}
        if "channel" in values and "address" in values:
            try:
                values["address"] = normalise(values["channel"], values["address"])
            except forms.ValidationError as problem:
                self.add_error("address", problem)
        return values


class SubscribeForm(AddressForm):
    """Also for whom, and that the reader was told what becomes of his address."""

    audience = forms.ChoiceField(
        label="您最关心的内容",
        choices=Audience.choices,
        initial=Audience.ALL,
        widget=forms.Select(attrs={"class": "input"}),
    )
    agreed = forms.BooleanField(
        label="我已了解：地址只用于发送手机报，加密保存，退订后即删除。",
        error_messages={"required": "请阅读并勾选地址用途说明。"},
    )


class CodeForm(forms.Form):
    """Six digits of a short message."""

    code = forms.RegexField(
        r"^\s*[0-9]{6}\s*$",
        label="短信验证码",
        error_messages={"required": "请填写 6 位验证码。", "invalid": "请填写 6 位验证码。"},
        widget=forms.TextInput(
            attrs={"class": "input", "autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "6"}
        ),
    )

    def clean_code(self) -> str:
        """The digits alone."""
        return str(self.cleaned_data["code"]).strip()


class SubscriberFilter(forms.Form):
    """What the list of subscribers shows."""

    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部状态"), *SubscriptionState.choices])
    channel = forms.ChoiceField(label="方式", required=False, choices=[("", "全部方式"), *Channel.choices])
    audience = forms.ChoiceField(label="受众", required=False, choices=[("", "全部受众"), *Audience.choices])

    def read(self) -> dict[str, str]:
        """What was chosen; nonsense chooses nothing."""
        self.is_valid()
        return {name: str(value) for name, value in self.cleaned_data.items() if value}


class LookUpForm(forms.Form):
    """A reader who calls gives his whole address; it is posted, so that no log of addresses has it."""

    channel = forms.ChoiceField(label="方式", choices=Channel.choices)
    address = forms.CharField(label="完整的邮箱或手机号", max_length=254)

    def clean(self) -> dict[str, Any]:
        """The address in the form of its channel."""
        values = super().clean() or {}
        if "channel" in values and "address" in values:
            try:
                values["address"] = normalise(values["channel"], values["address"])
            except forms.ValidationError as problem:
                self.add_error("address", problem)
        return values
