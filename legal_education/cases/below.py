"""What stands below the articles of a law text: the cases that are bound to them."""

from collections.abc import Mapping
from typing import Any

from django.template.loader import get_template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from legal_education.cases.selectors import list_below_articles, to_slug
from search.analysis.folding import to_law_key


def show_below_articles(page: Any) -> Mapping[str, SafeString]:
    """HTML by anchor, for a page that holds a law text."""
    key = to_law_key(page.title)
    found = list_below_articles(key)
    if not found:
        return {}
    template = get_template("legal_cases/below_article.html")
    more = reverse("legal_cases_law", args=[to_slug(key)])
    return {
        anchor: mark_safe(template.render({"article": article, "more": f"{more}#{anchor}"}))  # noqa: S308 - a template's own
        for anchor, article in found.items()
    }
