"""Rules for passwords beyond Django's own (《GB/T 22239》 practice values: length ≥ 10, three of four classes)."""

import re
from typing import Any

from django.core.exceptions import ValidationError

MINIMUM_LENGTH = 10
_CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")


class CharacterClassesValidator:
    """At least three of: small letters, capitals, digits, other characters."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError where fewer than three classes occur."""
        if sum(bool(re.search(each, password)) for each in _CLASSES) < 3:
            raise ValidationError(self.get_help_text(), code="password_classes")

    def get_help_text(self) -> str:
        """The rule, for the form."""
        return "密码须包含小写字母、大写字母、数字、符号中的至少三类。"


class LengthValidator:
    """At least ten characters."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError where it is shorter."""
        if len(password) < MINIMUM_LENGTH:
            raise ValidationError(self.get_help_text(), code="password_too_short")

    def get_help_text(self) -> str:
        """The rule, for the form."""
        return f"密码至少 {MINIMUM_LENGTH} 位。"
