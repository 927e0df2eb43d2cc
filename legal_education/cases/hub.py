"""What cases and duties put on the readers' place of legal education (`/pufa/`)."""

from typing import Any

from legal_education.cases.duties.selectors import list_years
from legal_education.cases.selectors import list_in_scope

_READ, _LAWS = 30, 4


def build_part() -> dict[str, Any] | None:
    """The laws of the newest cases with the way to all, and the way to the list of duties; None where there is neither."""
    found = list_in_scope().order_by("-published_at", "-pk").values_list("law_title", flat=True)[:_READ]
    laws = list(dict.fromkeys(found))[:_LAWS]
    years = list_years()[:1]
    return {"laws": laws, "year": years[0] if years else None} if laws or years else None
