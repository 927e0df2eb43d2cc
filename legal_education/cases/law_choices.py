"""What the editor of a citation is offered: laws by name, and articles by number, out of the catalogue."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, JsonResponse
from wagtail.models import Page
from wagtail.permissions import policy_registry

from legal_education.cases.provisions import find_laws
from legal_education.cases.references import bind
from search.analysis.folding import to_key, to_short_key
from search.models import CatalogueEntry, CataloguePart, PageType
from site_core.law_connections import Citation
from site_core.laws import to_number
from tenants.current import current_site
from tenants.kinds import SiteState

_MOST_LAWS = 10
_MOST_ARTICLES = 20
_LONGEST_WORDS = 100
_PREVIEW = 40


@dataclass(frozen=True)
class ArticleChoice:
    """An article: its label, its number in figures (23, 23-1), and how it begins."""

    label: str
    number: str
    begins: str


def offer_laws(words: str) -> list[str]:
    """Titles that hold the words, or begin with these initials; those that begin so come first, the higher laws before others."""
    key = to_short_key(words)
    if not key:
        return []
    visible = Q(site__state=SiteState.LIVE) | Q(site_id=current_site().pk)
    laws = CatalogueEntry.objects.filter(visible, page_type=PageType.LAW)
    found = laws.filter(Q(title_key__contains=to_key(words)) | Q(short_key__contains=key) | Q(initials__startswith=key))
    titles = found.order_by("-level", "title").values_list("title", "short_key")[: _MOST_LAWS * 5]
    ranked = sorted(dict.fromkeys(titles), key=lambda row: not row[1].startswith(key))
    return list(dict.fromkeys(title for title, _ in ranked))[:_MOST_LAWS]


def offer_articles(law: str, words: str, page_id: int | None = None) -> list[ArticleChoice] | None:
    """Articles of the law whose label holds the words, which may be a plain number; None where the cluster has no such law."""
    found = find_laws(bind([Citation(law, "", page_id)]))
    entry = found[0].entry if found else None
    if entry is None:
        return None
    parts = CataloguePart.objects.filter(entry=entry, anchor__startswith="tiao-")
    if words.strip().isascii() and words.strip().isdigit():
        number = to_number(words.strip())
        parts = parts.filter(Q(anchor=f"tiao-{number}") | Q(anchor__startswith=f"tiao-{number}-"))
    elif words.strip():
        parts = parts.filter(label__contains=words.strip())
    choices: dict[str, ArticleChoice] = {}
    for label, anchor, text in parts.order_by("number").values_list("label", "anchor", "text")[: _MOST_ARTICLES * 2]:
        begins = text.split("\n")[0][:_PREVIEW]
        choices.setdefault(label, ArticleChoice(label, anchor.removeprefix("tiao-"), begins))
    return list(choices.values())[:_MOST_ARTICLES]


def answer_choices(request: HttpRequest) -> JsonResponse:
    """`laws` for the words in `law`; with `article` also `articles`, `text` of the one that is named, and `problem` in words."""
    if not policy_registry.get_by_type(Page).user_has_any_permission(request.user, {"add", "change"}):
        raise Http404
    law, article = (request.GET.get(name, "").replace("\x00", "")[:_LONGEST_WORDS] for name in ("law", "article"))
    page = request.GET.get("page", "")
    page_id = int(page) if page.isascii() and page.isdigit() and len(page) < 10 else None
    answer: dict[str, Any] = {"laws": offer_laws(law)}
    if "article" in request.GET:
        answer |= _answer_article(law, article, page_id)
    response = JsonResponse(answer)
    response.headers["Cache-Control"] = "no-store"
    return response


def _answer_article(law: str, article: str, page_id: int | None) -> dict[str, Any]:
    choices = offer_articles(law, article, page_id)
    found = find_laws(bind([Citation(law, article, page_id)]))
    one = found[0] if found else None
    problem = ""
    if one and one.entry is None:
        problem = f"全市网站上没有《{one.bound.law_title}》的全文。"
    elif one and one.bound.anchor and not one.text:
        problem = f"《{one.bound.law_title}》没有“{article}”。"
    return {"articles": [asdict(each) for each in choices or ()], "text": one.text if one else "", "problem": problem}
