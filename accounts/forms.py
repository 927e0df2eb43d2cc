"""Forms about one's own password."""

from typing import Any

from django.contrib.auth.forms import SetPasswordForm

from .actions import change_password
from .models import User


class NewPasswordForm(SetPasswordForm):
    """A password of one's own, twice; another one than before."""

    def clean(self) -> dict[str, Any]:
        """The rules for passwords, and that it is a new one."""
        cleaned = super().clean() or {}
        password = self.cleaned_data.get("new_password1")
        if password and self.user.check_password(password):
            self.add_error("new_password1", "新密码不能与原密码相同。")
        return cleaned

    def save(self, commit: bool = True) -> User:
        """Change it, by the action that also writes the ledger."""
        return change_password(self.user, self.cleaned_data["new_password1"], acting_user=self.user)
