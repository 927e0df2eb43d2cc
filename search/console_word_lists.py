"""The lists of words that the centre keeps, and what its screens on search have in common."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from wagtail.admin.widgets.button import Button

from accounts.models import Role
from search.console_forms import AbbreviationForm, BestBetForm, JudicialWordForm, RowForm, SynonymForm
from search.models import Abbreviation, BestBet, JudicialWord, Synonym
from site_core.console_screens import ConsoleScreen

WRITERS = frozenset({Role.PLATFORM_ADMIN, Role.CENTRAL_EDITOR})
OVERVIEW = "search_console"
HOT, EXPLAIN, IMPORT = f"{OVERVIEW}_hot", f"{OVERVIEW}_explain", f"{OVERVIEW}_synonyms_import"


@dataclass(frozen=True)
class WordList:
    """One of the lists that the centre keeps: how its screens are called, what they show and search, and its form."""

    key: str
    label: str
    icon: str
    model: Any
    form: type[RowForm]
    columns: tuple[tuple[str, str | Callable[[Any], Any]], ...]
    """(field, accessor) of each; the first leads to the row."""
    help: str
    extra_buttons: tuple[tuple[str, str, str], ...] = field(default=())
    """(label, name of the address, icon) of what writers may do besides."""

    @property
    def fields(self) -> list[str]:
        """What people write."""
        return list(self.form._meta.fields or ())

    def name_url(self, screen: str = "") -> str:
        """Name of the address of its list or another of its screens."""
        return f"{OVERVIEW}_{self.key}{screen}"


SYNONYMS = WordList(
    "synonyms",
    "同义词",
    "list-ul",
    Synonym,
    SynonymForm,
    (("words", "words"), ("terms", "terms"), ("direction", lambda row: row.get_direction_display().partition("：")[0])),
    "读者说的，和法律、公文里写的。搜索左边的词时，也查找右边的词。",
    (("导入", IMPORT, "upload"),),
)
ABBREVIATIONS = WordList(
    "abbreviations",
    "法律简称",
    "title",
    Abbreviation,
    AbbreviationForm,
    (("short", "short"), ("full", "full")),
    "搜索简称时，也查找全称，并优先列出这部法律。",
)
WORDS = WordList(
    "words",
    "专业词",
    "tag",
    JudicialWord,
    JudicialWordForm,
    (("word", "word"),),
    "通用词典里没有的词。查询中遇到时作为一个词查找，不拆开。",
)
BEST_BETS = WordList(
    "best_bets",
    "推荐结果",
    "pick",
    BestBet,
    BestBetForm,
    (("words", "words"), ("title", "title"), ("url", "url")),
    "读者的搜索词与这里的某个词完全相同时，这些网页列在结果最前面，最多三条。",
)
LISTS = (SYNONYMS, ABBREVIATIONS, WORDS, BEST_BETS)


class SearchScreen(ConsoleScreen):
    """What these screens have in common: editors of the centre write too, and each leads to the others."""

    writing_roles = WRITERS
    header_icon = "search"

    def get_trail(self) -> list[tuple[str, str]]:
        """The overview."""
        return [(reverse(OVERVIEW), "搜索")]

    @property
    def header_more_buttons(self) -> list[Button]:
        """The other screens."""
        return [
            Button(label, url=reverse(name), icon_name=icon, priority=place)
            for place, (label, name, icon) in enumerate(list_screens())
            if reverse(name) != self.request.path
        ]


def list_screens() -> list[tuple[str, str, str]]:
    """(label, name of the address, icon) of the screens below this panel."""
    return [
        ("搜索概况", OVERVIEW, "search"),
        *((each.label, each.name_url(), each.icon) for each in LISTS),
        ("热门搜索", HOT, "order-up"),
        ("查询分析", EXPLAIN, "glasses"),
    ]
