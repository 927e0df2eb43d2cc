"""The word lists that come with the product, put where the centre edits them; what the centre changed stays as it is."""

from django.db import transaction

from search.analysis.vocabulary import read_rows
from search.catalogue_words import touch_vocabulary
from search.models import Abbreviation, Direction, HotQuery, JudicialWord, Synonym, VocabularyVersion

_FIRST_HOT = ("法律援助", "公证", "律师", "人民调解", "行政复议", "社区矫正", "法律职业资格", "司法鉴定")


def are_loaded() -> bool:
    """Whether they ever were: from then on the lists are the centre's."""
    return VocabularyVersion.objects.exists()


@transaction.atomic
def load_shipped_words() -> int:
    """Add the rows that are not there yet; returns how many. A row that was switched off is there, one deleted comes back."""
    added = _add(Synonym, [_make_synonym(row) for name in ("synonyms.tsv", "lexicon.tsv") for row in read_rows(name)])
    added += _add(Abbreviation, [Abbreviation(short=row[0], full=row[1]) for row in read_rows("abbreviations.tsv")])
    added += _add(JudicialWord, [JudicialWord(word=row[0]) for row in read_rows("words.txt")])
    if not HotQuery.objects.exists():
        HotQuery.objects.bulk_create(
            [HotQuery(query=query, is_approved=True, rank=place) for place, query in enumerate(_FIRST_HOT)]
        )
    if added:
        touch_vocabulary()
    return added


def _make_synonym(row: list[str]) -> Synonym:
    return Synonym(words=row[0], terms=row[1], direction=Direction(row[2] if len(row) > 2 else Direction.ONE))


def _add(model: type, rows: list) -> int:  # type: ignore[type-arg] # rows of that model
    before = model.objects.count()  # type: ignore[attr-defined] # one of the three above
    model.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)  # type: ignore[attr-defined] # as above
    return int(model.objects.count() - before)  # type: ignore[attr-defined] # as above
