"""What readers look for, counted by day, site and words: bounded, and nothing that could be somebody's own."""

import re
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from search.analysis.folding import fold, squeeze
from search.models import HotQuery, SearchCount
from tenants.current import current_site

MOST_A_DAY = 2000
"""Different queries of a site that are counted on a day; the rarer ones after that are not."""

KEPT_DAYS = 400
_SHORTEST, _LONGEST = 2, 30
_LEAST_FOR_HOT = 5
# Identity cards, telephones, cards of banks, whatever the separators; an address of mail is a person's as well.
_PERSONAL = re.compile(r"\d{7}|@")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\W_]+(?=\d)")


def normalise_query(text: str) -> str:
    """The words as they are counted; '' for what is too short, too long or personal, which is not."""
    query = squeeze(fold(text))
    if not _SHORTEST <= len(query) <= _LONGEST or _PERSONAL.search(_BETWEEN_DIGITS.sub("", query)):
        return ""
    return query


@transaction.atomic
def count_search(text: str, *, found: int) -> bool:
    """Count a search on the current site. Returns whether it was."""
    query = normalise_query(text)
    if not query:
        return False
    day, site = timezone.localdate(), current_site()
    rows = SearchCount.objects.filter(day=day, site_id=site.pk)
    if not rows.filter(query=query).exists() and rows.count() >= MOST_A_DAY:
        return False
    vain = 0 if found else 1
    SearchCount.objects.update_or_create(
        day=day,
        site_id=site.pk,
        query=query,
        defaults={"searches": F("searches") + 1, "vain": F("vain") + vain},
        create_defaults={"searches": 1, "vain": vain},
    )
    return True


def count_click(text: str, position: int) -> bool:
    """Count a click on the hit at that position (from 1), for words that were counted today."""
    rows = SearchCount.objects.filter(
        day=timezone.localdate(), site_id=current_site().pk, query=normalise_query(text) or None
    )
    changed = rows.update(clicks=F("clicks") + 1, click_positions=F("click_positions") + position)
    return bool(changed)


def propose_hot_queries() -> int:
    """Offer the centre what was asked for most in the last week, and found; returns how many are new."""
    since = timezone.localdate() - timedelta(days=7)
    sums = SearchCount.objects.filter(day__gte=since).values("query").annotate(n=Sum("searches"), vain_n=Sum("vain"))
    wanted = sums.filter(n__gte=_LEAST_FOR_HOT, vain_n=0).order_by("-n")[:50]
    known = set(HotQuery.objects.values_list("query", flat=True))
    new = [HotQuery(query=row["query"]) for row in wanted if row["query"] not in known]
    HotQuery.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def drop_old_counts() -> int:
    """Forget what is older than a year and a month."""
    gone, _ = SearchCount.objects.filter(day__lt=timezone.localdate() - timedelta(days=KEPT_DAYS)).delete()
    return gone


def list_hot_queries(count: int = 8) -> list[str]:
    """What readers are offered when they have typed nothing: agreed by the centre."""
    return list(HotQuery.objects.filter(is_approved=True).values_list("query", flat=True)[:count])


def list_related(text: str, count: int = 6) -> list[str]:
    """Agreed queries that share words with this one."""
    from search.analysis.words import list_words

    words = set(list_words(fold(text)))
    approved = HotQuery.objects.filter(is_approved=True).values_list("query", flat=True)
    return [query for query in approved if query != fold(text) and words & set(list_words(query))][:count]
