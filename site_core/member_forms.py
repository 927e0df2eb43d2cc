"""Forms about who works on a site. None has a field of the person: name, mail, password and flags are not the site's."""

from typing import Any

import django_filters
from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import SetPasswordMixin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.auth import LoginForm
from wagtail.admin.forms.auth import PasswordResetForm as WagtailPasswordResetForm

from accounts.models import User, username_format
from site_core.member_actions import ask_for_password_reset, register_by_invitation
from site_core.member_selectors import has_role, list_invitable_roles
from site_core.models import Invitation

LOGIN_FAILED = "登录名或密码不正确，或者您不是本站的工作人员。"


class RolesForm(forms.Form):
    """Which roles of this site a member has."""

    roles = forms.MultipleChoiceField(
        label="角色",
        choices=list_invitable_roles,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一个角色；不再需要此人时请移出本站。"},
    )


class InvitationForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(label="电子邮箱", max_length=254, help_text="邀请链接将发到这个邮箱。")
    roles = forms.MultipleChoiceField(label="角色", choices=list_invitable_roles, widget=forms.CheckboxSelectMultiple)


class MemberFilterSet(WagtailFilterSet):
    """The list of members, by role."""

    role = django_filters.ChoiceFilter(label="角色", choices=list_invitable_roles, method="filter_role")

    class Meta:
        model = User
        fields: list[str] = []

    def filter_role(self, people: QuerySet[User], name: str, role: str) -> QuerySet[User]:
        """Those who have the role here."""
        return has_role(people, role)


class SiteLoginForm(LoginForm):
    """Login name and password. Whatever is wrong, the answer is the same."""

    error_messages = {**LoginForm.error_messages, "invalid_login": LOGIN_FAILED, "inactive": LOGIN_FAILED}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A session ends with the browser, or when it was idle for half an hour: there is nothing to remember.
        del self.fields["remember"]
        self.fields["password"].label = "密码"
        self.fields["username"].widget.attrs["placeholder"] = "请输入登录名"
        self.fields["password"].widget.attrs["placeholder"] = "请输入密码"

    def clean_username(self) -> str:
        """In small letters before anything counts failures: other spellings would be further attempts."""
        return str(self.cleaned_data["username"]).strip().lower()


class PasswordResetForm(WagtailPasswordResetForm):
    """The address to which the link for a new password goes, if there is such a person here."""

    def save(self, **kwargs: Any) -> None:
        """Queue the mail; whether there is anybody is asked by the job."""
        ask_for_password_reset(self.cleaned_data["email"])


class InvitedLoginForm(forms.Form):
    """Sign in to accept an invitation: the account must be the invited one, and needs no place on the site yet."""

    username = forms.CharField(label="登录名", max_length=30, widget=forms.TextInput({"autocomplete": "username"}))
    password = forms.CharField(
        label="密码", strip=False, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )

    def __init__(self, *args: Any, request: HttpRequest, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.invitation = request, invitation
        self.user: User | None = None

    def clean(self) -> dict[str, Any]:
        """Find the person, by the same backends as everywhere: failures are counted and lead to a lock-out."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        user = authenticate(
            self.request,
            username=cleaned["username"].strip().lower(),
            password=cleaned["password"],
            invited_email=self.invitation.email,
        )
        self.user = user if isinstance(user, User) and user.email == self.invitation.email else None
        if self.user is None:
            raise ValidationError("登录名或密码不正确，或者这份邀请不是发给该账号的。")
        return cleaned


class RegistrationForm(SetPasswordMixin, forms.Form):
    """A new account for whoever was invited; the mail address is the invitation's."""

    username = forms.CharField(
        label="登录名",
        max_length=30,
        validators=[username_format],
        help_text="3 至 30 位小写字母、数字、点、下划线或连字符，以后不能更改。",
        widget=forms.TextInput({"autocomplete": "username"}),
    )
    last_name = forms.CharField(label="姓", max_length=30)
    first_name = forms.CharField(label="名", max_length=60)
    password1, password2 = SetPasswordMixin.create_password_fields("密码", "再次输入密码")

    def clean(self) -> dict[str, Any]:
        """Both passwords alike; their strength is judged with the person's name, by the action."""
        cleaned = super().clean() or {}
        self.validate_passwords()
        return cleaned

    def save(self, token: str) -> User | None:
        """Make the person and the membership; None where that was refused, and the form says why."""
        values = {name: self.cleaned_data[name] for name in ("username", "last_name", "first_name")}
        try:
            return register_by_invitation(token, password=self.cleaned_data["password1"], **values)
        except ValidationError as error:
            self._show(error)
        return None

    def _show(self, error: ValidationError) -> None:
        field_of = {"password": "password1", "email": None, "__all__": None}
        for name, errors in getattr(error, "error_dict", {"__all__": [error]}).items():
            self.add_error(field_of.get(name, name), errors)
