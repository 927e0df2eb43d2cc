"""Posts made by rule of articles that have just become public: as drafts, or published with them."""

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from microblog.models import ComposeMode, ComposeRule, MicroPicture, MicroPost, StreamPage
from review.publishing import following_from_public
from site_core.actions import publish_page
from site_core.models import BasePage
from site_core.publication_checks import list_obstacles
from tenants.current import current_site

logger = logging.getLogger(__name__)

_NEWS_FOR = timedelta(days=2)
"""What was published longer ago is an import, or an old text put in later: nobody is told of that as news."""


def compose_from(article: BasePage, actor: Any = None) -> list[MicroPost]:
    """The posts that the site's rules make of the article; none a second time."""
    if not article.is_item or (article.public_at and article.public_at < timezone.now() - _NEWS_FOR):
        return []
    stream = StreamPage.objects.live().single()
    if stream is None:
        return []
    return [_compose(stream, rule, article, actor) for rule in list_rules_for(article) if not _was_made(rule, article)]


def list_rules_for(article: BasePage) -> list[ComposeRule]:
    """Active rules for the column that the article stands in, or for one above it."""
    above = [article.path[:end] for end in range(article.steplen, len(article.path), article.steplen)]
    return list(ComposeRule.objects.filter(is_active=True, columns__path__in=above).distinct())


def _was_made(rule: ComposeRule, article: BasePage) -> bool:
    return MicroPost.objects.filter(rule=rule, link_page_id=article.pk).exists()


@transaction.atomic
def _compose(stream: StreamPage, rule: ComposeRule, article: BasePage, actor: Any) -> MicroPost:
    post = build_post(rule, article)
    stream.refresh_from_db()
    obstacles = list_obstacles(post, column=stream)
    if rule.mode == ComposeMode.AT_ONCE and not obstacles:
        with following_from_public():
            publish_page(stream, post, acting_user=actor)
        return post
    if obstacles:
        logger.warning("rule %r: the post for page %s stays a draft: %s", rule.name, article.pk, obstacles[0].message)
    post.live, post.owner = False, article.owner
    stream.add_child(instance=post)
    post.save_revision()
    return post


def build_post(rule: ComposeRule, article: BasePage) -> MicroPost:
    """The post that the rule makes of the article; not saved."""
    post = MicroPost(text=fill(rule, article), link_page=article.page_ptr, rule=rule)
    post.set_title()
    if rule.with_cover and article.cover_id:
        post.pictures = [MicroPicture(image=article.cover)]
    post.accounts = list(rule.accounts.all())
    return post


def fill(rule: ComposeRule, article: BasePage) -> str:
    """The rule's words with those of the article, its summary cut so that the whole is no longer than the rule allows."""
    column = Page.objects.filter(path=article.path[: -article.steplen]).values_list("title", flat=True).first()
    words = {"{标题}": article.title, "{栏目}": column or "", "{网站}": current_site().short_name}
    text = rule.template
    for place, word in words.items():
        text = text.replace(place, word)
    room = rule.longest - len(text.replace("{摘要}", ""))
    return cut(text.replace("{摘要}", cut(article.summary.strip(), max(room, 0))).strip(), rule.longest)


def cut(text: str, longest: int) -> str:
    """The text, or its beginning and an ellipsis."""
    if len(text) <= longest:
        return text
    return text[: longest - 1].rstrip("，、；：,;: ") + "…" if longest > 0 else ""


def take_back(article: BasePage, actor: Any = None) -> None:
    """The article is no longer public: posts that only point to it go with it."""
    for post in MicroPost.objects.live().filter(rule__isnull=False, link_page_id=article.pk):
        post.unpublish(user=actor)
