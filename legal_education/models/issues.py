"""What all issues of programmes share: their programme, their number, and that they stand below one of the right form."""

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from site_core.models.base import BasePage

if TYPE_CHECKING:
    from legal_education.models.programmes import ProgrammePage


class IssuePage(BasePage):
    """A page below a programme of one of the forms in `media_of_programme`."""

    media_of_programme: ClassVar[frozenset[str]] = frozenset()

    number = models.PositiveIntegerField("期号", null=True, blank=True, help_text="如 312。")

    _programme_of_form: Any = None

    class Meta(BasePage.Meta):
        abstract = True
        constraints: list[Any] = []

    @classmethod
    def can_create_at(cls, parent: Any) -> bool:
        """Below programmes of the right form alone."""
        return bool(super().can_create_at(parent)) and getattr(parent.specific, "medium", "") in cls.media_of_programme

    @cached_property
    def programme(self) -> "ProgrammePage | None":
        """The programme that it belongs to; None while a page of a form has no place yet, or a wrong one."""
        from legal_education.models.programmes import ProgrammePage

        found = self._programme_of_form or (self.get_parent() if self.path else None)
        specific = found.specific if found else None
        return specific if isinstance(specific, ProgrammePage) else None

    @property
    def shown_number(self) -> str:
        """`第312期`; '' for none."""
        return f"第{self.number}期" if self.number else ""

    def check_place(self) -> None:
        """Raise ValidationError below a programme of another form."""
        programme = self.programme
        if programme is not None and programme.medium not in self.media_of_programme:
            raise ValidationError(f"“{programme.title}”是{programme.get_medium_display()}节目，不能放这种内容。")
