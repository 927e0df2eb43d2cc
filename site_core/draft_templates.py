"""Templates for new articles, from `article_templates/*.toml`: what belongs into a meeting, an activity, a notice, a publicity.

What the editor has to fill in stands as 【请填写：…】, which the checks do not let out (`checking.texts`).
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from wagtail.models import Page, PageSubscription

from tenants.models import Organisation

if TYPE_CHECKING:
    from site_core.models import ArticlePage

TEMPLATE_DIR = Path(__file__).parent / "article_templates"


@dataclass(frozen=True)
class DraftTemplate:
    """A template as its file describes it; `{name}` in its texts is the organisation. `blocks` are (type, value)."""

    key: str
    name: str
    description: str
    icon: str
    order: int
    label: str
    title: str
    summary: str
    blocks: tuple[tuple[str, str], ...]


@cache
def list_templates() -> tuple[DraftTemplate, ...]:
    """All templates in their order. Raises TypeError, KeyError for a file that lacks something or has too much."""
    found = [_read(path) for path in TEMPLATE_DIR.glob("*.toml")]
    return tuple(sorted(found, key=lambda each: each.order))


def _read(path: Path) -> DraftTemplate:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    blocks = tuple((block["type"], block["value"].strip()) for block in data.pop("block"))
    return DraftTemplate(key=path.stem, blocks=blocks, **data)


def find_template(key: str) -> DraftTemplate | None:
    """The template with that key."""
    return next((each for each in list_templates() if each.key == key), None)


def user_can_start_article(user: Any, parent: Page) -> bool:
    """Whether the person may add an article there, and articles may stand there at all."""
    from site_core.models import ArticlePage

    kind = parent.specific_class
    takes_articles = kind is not None and ArticlePage in kind.creatable_subpage_models()
    return takes_articles and parent.permissions_for_user(user).can_add_subpage()


@transaction.atomic
def start_article(parent: Page, template: DraftTemplate, site: Organisation, *, acting_user: Any) -> "ArticlePage":
    """Make a draft from the template below the parent, as the admin makes one: draft, revision, subscription."""
    from site_core.models import ArticlePage

    page = ArticlePage(
        title=template.title.format(name=site.name),
        summary=template.summary.format(name=site.name),
        label=template.label,
        owner=acting_user,
        live=False,
    )
    page.body = [{"type": kind, "value": value.format(name=site.name)} for kind, value in template.blocks]  # type: ignore[assignment] # a StreamField takes it
    parent.add_child(instance=page)
    page.save_revision(user=acting_user, log_action=True)
    PageSubscription.objects.create(page=page, user=acting_user, comment_notifications=True)
    return page
