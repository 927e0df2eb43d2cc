"""What readers searched for in vain, counted for the editors: bounded, and without what may be somebody's own number."""

import re

from django.db import transaction
from django.db.models import F

from site_core.models import SearchMiss

MOST_MISSES = 500
SHORTEST_MISS, LONGEST_MISS = 2, 30
# Identity cards, telephones, cards of banks: whatever the separators. An address of mail is a person's as well.
_PERSONAL = re.compile(r"\d{7}|@")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\W_]+(?=\d)")


def record_miss(text: str) -> bool:
    """Count a search that found nothing. Returns whether it was counted: not what is too short, too long or personal.

    A site keeps `MOST_MISSES` of them; the rarest, and among these the oldest, make room.
    """
    query = " ".join(text.lower().split())
    if not SHORTEST_MISS <= len(query) <= LONGEST_MISS or _is_personal(query):
        return False
    with transaction.atomic():
        _, is_new = SearchMiss.objects.update_or_create(
            query=query, defaults={"count": F("count") + 1}, create_defaults={"count": 1}
        )
        if is_new:
            _make_room()
    return True


def _is_personal(query: str) -> bool:
    return bool(_PERSONAL.search(_BETWEEN_DIGITS.sub("", query)))


def _make_room() -> None:
    kept = SearchMiss.objects.order_by("-count", "-last_at", "-pk").values_list("pk", flat=True)[:MOST_MISSES]
    SearchMiss.objects.exclude(pk__in=list(kept)).delete()
