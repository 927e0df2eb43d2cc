"""Words of the catalogue: counted anew each night, so that corrections and rarity come from what is published."""

from collections import Counter
from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models import F

from search.analysis.folding import fold, to_short_key
from search.analysis.pinyin import spell_both
from search.analysis.sounds import list_variants
from search.analysis.vocabulary import get_vocabulary
from search.analysis.words import list_words
from search.models import Abbreviation, CatalogueEntry, CataloguePart, CatalogueWord, VocabularyVersion, WordVariant
from tenants.kinds import SiteState

LEAST_ENTRIES = 2
"""A word of a single entry is no vocabulary: it may be a name that is withdrawn tomorrow."""

_LONGEST_NAME = 24
_LONGEST_VARIED = 10
_BATCH = 2000


def refresh() -> int:
    """Count the words of all entries that everybody can find, and put them in place of those before. Returns how many.

    One transaction: readers keep the old words until the new ones are there, and a killed run leaves the old ones. Who
    counts at the same time (the nightly job, a command) waits for the other to end.
    """
    get_vocabulary()  # its words are kept whole, here as in queries
    counts: Counter[str] = Counter()
    entries = parts = 0
    for words, part_count in _list_word_sets():
        counts.update(words)
        entries += 1
        parts += part_count
    kept = {word: count for word, count in counts.items() if count >= LEAST_ENTRIES}
    kept |= {name: max(kept.get(name, 0), count) for name, count in _count_names(kept).items()}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {CatalogueWord._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
        _replace(kept)
        touch_vocabulary(entries=entries, parts=parts)
    return len(kept)


def _list_word_sets() -> Iterator[tuple[set[str], int]]:
    """Words of each entry, and how many parts it has."""
    public = CatalogueEntry.objects.filter(site__state__in=(SiteState.LIVE, SiteState.ARCHIVED)).order_by("pk")
    heads = public.values_list("pk", "title", "summary", "keywords", "part_count")
    last = 0
    while batch := list(heads.filter(pk__gt=last)[:200]):
        last = batch[-1][0]
        texts: dict[int, list[str]] = {row[0]: [row[1], row[2], row[3]] for row in batch}
        for entry, label, text in CataloguePart.objects.filter(entry_id__in=texts).values_list(
            "entry_id", "label", "text"
        ):
            texts[entry] += [label, text]
        for row in batch:
            yield set(list_words(fold("\n".join(texts[row[0]])))), row[4]


def _count_names(words: dict[str, int]) -> dict[str, int]:
    """Short titles of what is published, and short names of laws: found by their initials as well."""
    public = CatalogueEntry.objects.filter(site__state__in=(SiteState.LIVE, SiteState.ARCHIVED))
    names = Counter(key for key in public.values_list("short_key", flat=True) if 2 <= len(key) <= _LONGEST_NAME)
    for short, full in Abbreviation.objects.filter(is_active=True).values_list("short", "full"):
        if to_short_key(full) in names:
            names[fold(short)] += LEAST_ENTRIES
    return {name: max(count, LEAST_ENTRIES) for name, count in names.items() if not name.isascii()}


def _replace(counts: dict[str, int]) -> None:
    WordVariant.objects.all()._raw_delete("default")
    CatalogueWord.objects.all()._raw_delete("default")
    rows = []
    for word, count in counts.items():
        pinyin, initials = spell_both(word)
        rows.append(CatalogueWord(word=word[:40], pinyin=pinyin[:200], initials=initials[:40], entries=count))
    CatalogueWord.objects.bulk_create(rows, batch_size=_BATCH)
    varied = [word for word in counts if len(word) <= _LONGEST_VARIED and not word.isascii()]
    variants = [WordVariant(variant=variant, word_id=word) for word in varied for variant in list_variants(word)]
    WordVariant.objects.bulk_create(variants, batch_size=_BATCH)


def touch_vocabulary(**values: int) -> None:
    """Tell every process that the word lists changed."""
    row, _ = VocabularyVersion.objects.get_or_create(pk=1)
    VocabularyVersion.objects.filter(pk=row.pk).update(number=F("number") + 1, **values)
