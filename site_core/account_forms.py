"""Forms of one's own account in the admin: name, mail address, password."""

from typing import Any

from django import forms
from wagtail.admin.forms.account import ThemePreferencesForm
from wagtail.admin.forms.auth import PasswordChangeForm

from accounts.actions import change_name, change_password
from accounts.models import User
from site_core.member_actions import ask_for_email_change


class NameForm(forms.Form):
    """Family name first, as Chinese names are written."""

    last_name = forms.CharField(label="姓", max_length=30)
    first_name = forms.CharField(label="名", max_length=60)

    def __init__(self, *args: Any, instance: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"last_name": instance.last_name, "first_name": instance.first_name}
        super().__init__(*args, **kwargs)
        self.user = instance

    def save(self) -> None:
        """Change it where it is another one."""
        if self.has_changed():
            change_name(self.user, acting_user=self.user, **self.cleaned_data)


class EmailForm(forms.Form):
    """A new address counts when its reader has confirmed it; until then nothing says whether it is free."""

    email = forms.EmailField(
        label="电子邮箱",
        max_length=254,
        help_text="更改后，系统会向新邮箱发送确认邮件；打开其中的链接后才生效。",
    )

    def __init__(self, *args: Any, instance: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"email": instance.email}
        super().__init__(*args, **kwargs)
        self.user = instance

    def clean_email(self) -> str:
        """In small letters, as addresses are kept."""
        return str(self.cleaned_data["email"]).lower()

    def save(self) -> None:
        """Ask at the new address."""
        if self.cleaned_data["email"] != self.user.email:
            ask_for_email_change(self.user, self.cleaned_data["email"])


class AppearanceForm(ThemePreferencesForm):
    """Wagtail's form of the same, whose words are not translated."""

    class Meta(ThemePreferencesForm.Meta):
        labels = {
            "theme": "明暗",
            "contrast": "对比度",
            "density": "疏密",
            "keyboard_shortcuts": "启用快捷键",
        }
        help_texts = {"keyboard_shortcuts": ""}


class OwnPasswordForm(PasswordChangeForm):
    """A new password for whoever knows the old one."""

    def clean(self) -> dict[str, Any]:
        """Another one than before."""
        cleaned = super().clean() or {}
        password = self.cleaned_data.get("new_password1")
        if password and self.user.check_password(password):
            self.add_error("new_password1", "新密码不能与原密码相同。")
        return cleaned

    def save(self, commit: bool = True) -> User:
        """Change it, by the action that also writes the ledger."""
        return change_password(self.user, self.cleaned_data["new_password1"], acting_user=self.user)
