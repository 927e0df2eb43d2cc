"""What drawing needs to know of the bank, and no answer among it."""

from typing import NamedTuple

from django.db.models import Func, IntegerField

from legal_education.quiz.models import PaperRule, Question


class Entry(NamedTuple):
    """A question of the bank that is in use."""

    question_id: int
    kind: str
    topic: str
    option_count: int


def list_pool(rules: list[PaperRule]) -> list[Entry]:
    """All that the rules may draw from."""
    counted = Func("options", function="jsonb_array_length", output_field=IntegerField())
    kinds = {rule.kind for rule in rules}
    found = Question.objects.filter(is_active=True, kind__in=kinds).annotate(option_count=counted).order_by()
    return [Entry(*row) for row in found.values_list("pk", "kind", "topic", "option_count")]
