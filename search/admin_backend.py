"""Search in the admin, within one site: Wagtail's database backend, with queries cut and folded by our own analyser.

It looks into the site's own tables, drafts and private pages among them; of the shared schema it reads the word lists alone.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.db import connection
from django.db.models import BooleanField, Case, F, Func, IntegerField, Model, Q, QuerySet, TextField, Value, When
from modelsearch.backends.database.fallback import (
    MATCH_ALL,
    DatabaseSearchBackend,
    DatabaseSearchQueryCompiler,
)
from modelsearch.index import RelatedFields, SearchField
from modelsearch.query import And, Boost, Or, Phrase, PlainText
from modelsearch.utils import AND, OR
from wagtail.models import Page

from search.analysis.folding import fold
from search.analysis.numbers import find_spans
from search.analysis.pinyin import spell_both
from search.analysis.terms import list_runs
from search.analysis.understanding import read_text
from search.analysis.vocabulary import PARTICLES, Vocabulary, get_vocabulary
from search.analysis.words import cut, list_words
from site_core.document_numbers import normalise_document_number
from site_core.models import BasePage, DocumentPage

_MOST_IDEAS = 12
_MOST_TITLES_HEARD = 5_000
_MOST_FOUND_BY_SOUND = 500
_SHORTEST_PINYIN, _SHORTEST_INITIALS = 4, 2
_LEAST_OF_ORGAN = 3
_PHRASE = re.compile('["“”„「『]([^"“”„「」『』]{2,100})["“”」』]')
_OPENING = "〔[({<【「"
_STYLES = (("〔", "〕"), ("[", "]"), ("［", "］"), ("(", ")"), ("（", "）"), ("【", "】"), ("﹝", "﹞"))
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_WIDE_MARKS = {code: wide for code, wide in _WIDE.items() if not chr(code).isalnum()}
_NOTHING = Q(pk__in=[])


class Joined(Func):
    """Fields of a row as one text in small letters.

    Folding more here (NFKC) takes four times as long over 20,000 pages; so queries come in several forms instead.
    """

    template = 'lower(concat_ws(chr(10), %(expressions)s) COLLATE "C")'
    output_field = TextField()


class LikeAny(Func):
    """Whether a text is like one of the patterns. The text is made once, however many there are."""

    arg_joiner = " LIKE ANY ("
    template = "%(expressions)s)"
    output_field = BooleanField()


def _contains(text: Joined, forms: Iterable[str]) -> Q:
    return Q(LikeAny(text, Value([f"%{_escape(form)}%" for form in forms], output_field=ArrayField(TextField()))))


def _equals(text: Joined, forms: Iterable[str]) -> Q:
    return Q(LikeAny(text, Value([_escape(form) for form in forms], output_field=ArrayField(TextField()))))


def _escape(form: str) -> str:
    return str(connection.ops.prep_for_like_query(form))


@dataclass(frozen=True)
class Idea:
    """One thing that a query asks for: one of its forms has to stand somewhere, or all its parts, or a title to sound like it.

    Forms are what may be stored: simplified and traditional, half and full width; Latin letters of half width are small.
    """

    forms: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...] = ()
    sound: str = ""
    is_number: bool = False


def read_ideas(typed: str) -> tuple[Idea, ...]:
    """Ideas of a query, at most twelve: what is quoted, numbers of documents, words. () for one of blanks alone."""
    text = read_text(typed)
    rest, exact = _take_exact(text)
    words = list(_list_words(text, rest, get_vocabulary()))
    telling = [idea for is_filler, idea in words if not is_filler] or ([] if exact else [idea for _, idea in words])
    ideas = [*exact, *telling] or ([Idea(_list_forms(text))] if text else [])
    return tuple(dict.fromkeys(ideas))[:_MOST_IDEAS]


def _take_exact(text: str) -> tuple[str, list[Idea]]:
    """The folded text with blanks for numbers and phrases, and these. What may be a number or not stays among the words."""
    folded = rest = fold(text)
    exact = []
    for start, end, forms in find_spans(text):
        written = rest[start:end]
        head, _, serial = forms[0].rpartition("-")
        if head and (written.endswith("号") or any(bracket in written for bracket in _OPENING)):
            rest = _blank(rest, start, end)
            exact.append(Idea(_list_number_forms(written, head, serial), is_number=True))
    for phrase in _PHRASE.finditer(rest):
        if phrase[0] == folded[phrase.start() : phrase.end()]:  # else it held a number, whose brackets may be others
            exact.append(Idea(_list_forms(text[phrase.start(1) : phrase.end(1)].strip())))
            rest = _blank(rest, *phrase.span())
    return rest, exact


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def _list_number_forms(written: str, head: str, serial: str) -> tuple[str, ...]:
    """The number in each style of brackets; other words may have run into the organ's letters, so its endings too."""
    organ, year = head[:-4], head[-4:]
    endings = [organ[start:] for start in range(max(1, len(organ) - _LEAST_OF_ORGAN + 1))]
    forms = [normalise_document_number(written), *(f"{ending}〔{year}〕{serial}号" for ending in endings)]
    return tuple(
        dict.fromkeys(form.replace("〔", left).replace("〕", right) for form in forms for left, right in _STYLES)
    )


def _list_words(text: str, folded: str, vocabulary: Vocabulary) -> Iterator[tuple[bool, Idea]]:
    """(whether it says nothing, word) in order; `folded` is as long as the text, so that each is known as it was typed."""
    place = 0
    for piece in cut(folded):
        written = text[place : place + len(piece)]
        place += len(piece)
        for run in list_runs(piece):
            full = vocabulary.short_names.get(run)
            forms = (*_list_forms(written if run == piece else run), *([full] if full else []))
            sound = run if run.isascii() and run.isalpha() else ""
            parts = tuple(_list_forms(part) for part in _split(run))
            yield run in PARTICLES or run in vocabulary.fillers, Idea(forms, parts, sound)


def _split(word: str) -> list[str]:
    """The shorter words that a word is made of, the longest first at each place; [] where they do not make up the whole."""
    known = set(list_words(word)) - {word}
    parts, place = [], 0
    while place < len(word):
        part = max((each for each in known if word.startswith(each, place)), key=len, default="")
        if not part:
            return []
        parts.append(part)
        place += len(part)
    return parts


def _list_forms(text: str) -> tuple[str, ...]:
    """The text in simplified characters, as it was typed, in traditional ones, and in full width."""
    simple = fold(text)
    wide = (each.translate(_WIDE) for each in (simple, simple.upper(), simple.title()))
    forms = (simple, text.lower(), _to_traditional().convert(simple), simple.translate(_WIDE_MARKS), *wide)
    return tuple(dict.fromkeys(forms))


@cache
def _to_traditional() -> Any:
    import opencc

    return opencc.OpenCC("s2t")


@lru_cache(maxsize=20_000)
def _spell(title: str) -> tuple[str, str]:
    return spell_both(fold(title))


def _sounds_like(title: str, spelling: str) -> bool:
    pinyin, initials = _spell(title)
    return (len(spelling) >= _SHORTEST_PINYIN and spelling in pinyin) or (
        len(spelling) >= _SHORTEST_INITIALS and spelling in initials
    )


@dataclass(frozen=True)
class Fields:
    """Paths of what is searched in a model: titles, numbers of documents, other columns, and tags and the like."""

    titles: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    related: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """What stands in the row itself, or in rows that are one with it."""
        return (*self.titles, *self.numbers, *self.others)


def list_fields(model: type[Model], names: Iterable[str], *, is_restricted: bool = False) -> Fields:
    """Fields of the model by these names; if not restricted to them, also what pages and tags have besides.

    A page with a change under way is also known by its new title.
    """
    titles = tuple(name for name in ("title", "draft_title") if "title" in names and _has_field(model, name))
    others = tuple(name for name in names if name not in titles)
    if is_restricted:
        return Fields(titles, (), others)
    numbers, texts = _list_page_fields(model)
    return Fields(titles, numbers, tuple(dict.fromkeys((*others, *texts))), tuple(_list_related(model)))


def _has_field(model: type[Model], name: str) -> bool:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def _list_page_fields(model: type[Model]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(numbers, texts) of pages, as the model reaches them: from `Page` downwards, or in its own columns."""
    texts, numbers = ("summary", "keywords"), ("document_number", "index_number")
    if issubclass(model, DocumentPage):
        return numbers, texts
    if model is BasePage:
        return _prefix("documentpage__", numbers), texts
    if issubclass(model, BasePage):
        return (), texts
    if model is Page:
        return _prefix("basepage__documentpage__", numbers), _prefix("basepage__", texts)
    return (), ()


def _prefix(path: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(path + name for name in names)


def _list_related(model: Any) -> Iterator[str]:
    for related in model.get_search_fields():
        if isinstance(related, RelatedFields):
            for field in related.fields:
                if isinstance(field, SearchField):
                    yield f"{related.field_name}__{field.field_name}"


class QueryCompiler(DatabaseSearchQueryCompiler):
    """Every idea of the query has to stand in one of the fields. By relevance, the best of `_rank` come first, then the newest."""

    def __init__(self, queryset: QuerySet[Any], query: Any, fields: Any = None, **kwargs: Any) -> None:
        super().__init__(queryset, query, fields=fields, **kwargs)
        self.searched = list_fields(queryset.model, self.fields_names, is_restricted=bool(fields))
        self._read = cache(read_ideas)  # a view counts, lists and facets with one compiler
        texts = list(_list_texts(self.query))
        if self.order_by_relevance and texts and self.searched.titles:
            self.queryset = queryset.order_by(self._rank(texts), *_list_newest_first(queryset.model))

    def build_database_filter(self, query: Any, boost: float = 1.0) -> Any:
        """The condition of a query, as Django has it. A query that asks for nothing finds nothing."""
        if isinstance(query, PlainText):
            conditions = [self._stands(idea) for idea in self._read(query.query_string)]
            return self.OPERATORS[query.operator](conditions) if conditions else _NOTHING
        if isinstance(query, Phrase):
            text = read_text(query.query_string)
            return self._stands(Idea(_list_forms(text))) if text else _NOTHING
        if isinstance(query, And | Or):
            return self._join(query)
        return super().build_database_filter(query, boost=boost)

    def _join(self, query: Any) -> Any:
        """As the base does it, which fails where nothing but "all" or "none" is joined."""
        conditions = [self.build_database_filter(each) for each in query.subqueries]
        conditions = [Q() if each == MATCH_ALL else each if isinstance(each, Q) else _NOTHING for each in conditions]
        if isinstance(query, And):
            return AND([Q(), *conditions]) or MATCH_ALL
        if any(not each for each in conditions):
            return MATCH_ALL
        return OR([_NOTHING, *conditions])

    def _stands(self, idea: Idea) -> Q:
        found = self._stands_in_row(idea)
        for path in self.searched.related:
            rows = self.queryset.model._default_manager.filter(_contains(Joined(path), idea.forms))
            found |= Q(pk__in=rows.order_by().values("pk"))
        if idea.sound and self.searched.titles:
            found |= Q(pk__in=self._list_by_sound(idea.sound))
        return found

    def _stands_in_row(self, idea: Idea) -> Q:
        if not self.searched.columns:
            return _NOTHING
        row = Joined(*self.searched.columns)
        found = _contains(row, idea.forms)
        return found | AND([_contains(row, forms) for forms in idea.parts]) if idea.parts else found

    def _list_by_sound(self, spelling: str) -> list[int]:
        found = [pk for pk, title in self._titles if _sounds_like(title, spelling)]
        return found[:_MOST_FOUND_BY_SOUND]

    @cached_property
    def _titles(self) -> list[tuple[int, str]]:
        """The newest titles of what is searched; read only where Latin letters may be pinyin."""
        return list(self.queryset.order_by("-pk").values_list("pk", "title")[:_MOST_TITLES_HEARD])

    def _rank(self, texts: list[str]) -> Case:
        """0 is the title or the number itself, 1 has the query in its title as it is, 2 all its words, 3 the rest."""
        title, titles = Joined("title"), Joined(*self.searched.titles)
        text = read_text(" ".join(texts))
        whole = tuple(dict.fromkeys((*_list_forms(text), *_list_forms(text.replace(" ", "")))))
        ideas = [idea for each in texts for idea in self._read(each)]
        numbers = [idea for idea in ideas if idea.is_number] if self.searched.numbers else []
        itself = [_equals(title, whole), *(_contains(Joined(*self.searched.numbers), each.forms) for each in numbers)]
        return Case(
            When(OR(itself), then=0),
            When(_contains(titles, whole), then=1),
            When(AND([_contains(titles, idea.forms) for idea in ideas]) if ideas else _NOTHING, then=2),
            default=3,
            output_field=IntegerField(),
        )


def _list_texts(query: Any) -> Iterator[str]:
    """What a query asks for in words; not what it excludes."""
    if isinstance(query, PlainText | Phrase):
        yield query.query_string
    elif isinstance(query, And | Or):
        for each in query.subqueries:
            yield from _list_texts(each)
    elif isinstance(query, Boost):
        yield from _list_texts(query.subquery)


def _list_newest_first(model: type[Model]) -> list[Any]:
    times = [name for name in ("latest_revision_created_at", "created_at") if _has_field(model, name)]
    return [*(F(name).desc(nulls_last=True) for name in times), "-pk"]


class SearchBackend(DatabaseSearchBackend):
    """What `WAGTAILSEARCH_BACKENDS` names. It keeps no index."""

    query_compiler_class = QueryCompiler
    autocomplete_query_compiler_class = QueryCompiler
