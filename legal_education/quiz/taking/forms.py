"""Forms of participants: entering, coming back, and the letters of answers."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from legal_education.quiz.models import Participant, Quiz

from .actions import Entry, phone_index_of
from .saving import AnswerMalformed, Choice, read_choice
from .tickets import is_return_code

_PHONE = RegexValidator(r"^1[3-9][0-9]{9}\Z", "请填写 11 位手机号。")
_NAME = re.compile(r"[\w·．. ]{2,30}\Z")
NOT_FOUND = "手机号或参赛码不正确。"


def _strip_phone(text: str) -> str:
    return re.sub(r"[\s-]|^\+?86(?=1)", "", text)


class PhoneField(forms.CharField):
    """A mobile number of mainland China."""

    default_validators = [_PHONE]
    widget = forms.TextInput({"type": "tel", "autocomplete": "tel", "inputmode": "tel", "class": "input"})

    def to_python(self, value: Any) -> str:
        """Without spaces, hyphens and 86."""
        return _strip_phone(super().to_python(value) or "")


class EntryForm(forms.Form):
    """Name, region, unit, telephone."""

    name = forms.CharField(
        label="姓名", max_length=30, widget=forms.TextInput({"autocomplete": "name", "class": "input"})
    )
    region = forms.ChoiceField(label="地区", widget=forms.Select({"class": "input"}))
    unit = forms.ChoiceField(label="单位", widget=forms.Select({"class": "input"}))
    phone = PhoneField(label="手机号", max_length=20, help_text="只用于防止重复报名和中奖联系，加密保存，不公开。")
    agrees = forms.BooleanField(
        label="我同意为组织本次活动使用以上信息", error_messages={"required": "须同意后才能报名。"}
    )
    key = forms.RegexField(r"^[0-9a-f]{32}\Z", widget=forms.HiddenInput, initial=lambda: secrets.token_hex(16))

    def __init__(self, quiz: Quiz, data: Any = None) -> None:
        super().__init__(data)
        self._quiz = quiz
        self._offer("region", quiz.list_regions())
        self._offer("unit", quiz.list_units())
        if not quiz.list_units():
            del self.fields["unit"]

    def _offer(self, name: str, choices: list[str]) -> None:
        field = self.fields[name]
        field.choices = [("", "请选择"), *((each, each) for each in choices)]  # type: ignore[attr-defined] # a choice field

    def clean_name(self) -> str:
        """Letters of any script, the dots of names."""
        name = " ".join(self.cleaned_data["name"].split())
        if not _NAME.match(name) or any(char.isdigit() or char == "_" for char in name):
            raise ValidationError("请填写真实姓名，证书上会印这个名字。")
        return name

    def get_entry(self) -> Entry:
        """What was filled in; the form must be valid."""
        cleaned = self.cleaned_data
        return Entry(cleaned["name"], cleaned["region"], cleaned.get("unit", ""), cleaned["phone"], cleaned["key"])


class ReturnForm(forms.Form):
    """Coming back in another browser. Whatever is wrong, the answer is the same."""

    prefix = "back"

    phone = PhoneField(label="手机号", max_length=20)
    code = forms.CharField(
        label="参赛码", max_length=20, widget=forms.TextInput({"class": "input", "autocomplete": "off"})
    )

    def __init__(self, quiz: Quiz, data: Any = None) -> None:
        super().__init__(data)
        self._quiz = quiz
        self.participant: Participant | None = None

    def clean(self) -> dict[str, Any]:
        """Find the person."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        index = phone_index_of(self._quiz, cleaned["phone"])
        found = Participant.objects.filter(quiz=self._quiz, phone_index=index).first()
        if found is None or not is_return_code(found, cleaned["code"]):
            raise ValidationError(NOT_FOUND)
        self.participant = found
        return cleaned


_FIELD = re.compile(r"q([0-9]{1,3})\Z")


def read_paper_form(data: Any) -> dict[int, Choice]:
    """Answers of the whole paper: `q0` (once or several times), `t0` its turn. Raises AnswerMalformed."""
    found: dict[int, Choice] = {}
    for name in data:
        match = _FIELD.match(name)
        if match:
            letters = "".join(data.getlist(name))
            found[int(match[1])] = read_choice(letters, data.get(f"t{match[1]}", "0"))
    return found


def read_answer_form(data: Mapping[str, str]) -> tuple[int, Choice]:
    """One answer: `position`, `chosen`, `turn`. Raises AnswerMalformed."""
    position = data.get("position", "")
    if not (position.isascii() and position.isdigit() and len(position) <= 3):
        raise AnswerMalformed("position")
    return int(position), read_choice(data.get("chosen", ""), data.get("turn", "0"))
