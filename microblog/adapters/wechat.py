"""WeChat official accounts (domain §7.2): a post becomes an article in the draft box, and is published where the account may.

Accepted is not published: WeChat publishes in its own time, and accounts that are not verified need a person to press the
button in the console. Neither counts as sent before WeChat says so.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from microblog.adapters import wechat_content
from microblog.adapters.base import Connected, Progress, Save
from microblog.adapters.wechat_api import Api, CallFailed
from microblog.adapters.wechat_errors import NO_ARTICLE, NO_PERMISSION
from microblog.adapters.wechat_publication import DRAFT, Publication, list_newest
from microblog.outcomes import (
    Length,
    Limited,
    Misconfigured,
    NotWithdrawable,
    Outcome,
    Problem,
    Reconciliation,
    Retry,
    Trouble,
    Unauthorised,
    Withdrawal,
    Withdrawn,
)
from microblog.platforms import Platform
from microblog.posts import Counts, OutgoingPost, RemotePost

logger = logging.getLogger(__name__)


T = TypeVar("T")


class WeChatAdapter:
    """Articles of an official account."""

    platform = Platform.WECHAT
    can_repeat = False
    hourly_limit = 0
    daily_limit = 0
    counts_all_requests = False

    def check_connection(self, account: Connected) -> Trouble | None:
        """By a token: it says whether keys and this server's address are the right ones."""
        try:
            Api(account).renew_token()
        except CallFailed as problem:
            return problem.outcome
        return None

    def arrange(self, text: str, topic: str, link: str) -> str:
        """Without the link, which stands under 阅读原文: addresses in an article's text cannot be pressed."""
        return f"{text}\n#{topic}#" if topic else text

    def measure(self, account: Connected, text: str) -> Length:
        """The HTML counts, not the words."""
        limit = account.options.get("char_limit") or wechat_content.MOST_CONTENT
        return Length(len(wechat_content.make_content(text)), limit, "字符")

    def validate(self, account: Connected, post: OutgoingPost) -> Sequence[Problem]:
        return list(wechat_content.validate(post))

    def publish(self, account: Connected, post: OutgoingPost, progress: Progress, save: Save) -> Outcome:
        return _answer(_publication(account, post, progress, save).go_on)

    def follow_up(self, account: Connected, post: OutgoingPost, progress: Progress, save: Save) -> Reconciliation:
        return _answer(_publication(account, post, progress, save).follow_up)

    def reconcile(self, account: Connected, post: OutgoingPost, progress: Progress, since: datetime) -> Reconciliation:
        publication = _publication(account, post, progress, None)
        return _answer(lambda: publication.reconcile(since))

    def withdraw(self, account: Connected, remote_id: str) -> Withdrawal:
        """Delete the article, or with `draft:` before its id the draft. What is gone already is withdrawn."""
        try:
            if remote_id.startswith(DRAFT):
                Api(account).call("/cgi-bin/draft/delete", {"media_id": remote_id.removeprefix(DRAFT)})
            else:
                Api(account).call("/cgi-bin/freepublish/delete", {"article_id": remote_id, "index": 0})
        except CallFailed as problem:
            return _read_withdrawal(problem)
        return Withdrawn()

    def fetch_counts(self, account: Connected, remote_ids: Sequence[str]) -> Mapping[str, Counts]:
        """WeChat's figures of single articles are not open to this interface."""
        return {}

    def fetch_posts(self, account: Connected, since_id: str) -> Sequence[RemotePost]:
        """Articles published, not those that were sent to followers; () where the account may not list them."""
        found: list[RemotePost] = []
        try:
            for item in list_newest(Api(account), "freepublish", None):
                if item["article_id"] == since_id:
                    break
                found.extend(_read_posts(item))
        except CallFailed as problem:
            logger.warning("account %s: articles were not listed (%s)", account.uid, problem.code or problem)
            return ()
        return found[::-1]


def _publication(account: Connected, post: OutgoingPost, progress: Progress, save: Save | None) -> Publication:
    may_publish = bool(account.options.get("may_publish"))
    return Publication(Api(account), post, progress, may_publish=may_publish, save=save)


def _answer(ask: Callable[[], T]) -> T | Outcome:
    try:
        return ask()
    except CallFailed as problem:
        return problem.outcome


def _read_withdrawal(problem: CallFailed) -> Withdrawal:
    if problem.code in NO_ARTICLE:
        return Withdrawn()
    if problem.code == NO_PERMISSION:
        return NotWithdrawable("公众号没有删除已发布文章的权限。请登录微信公众平台，在“发表记录”中手工删除。")
    if isinstance(problem.outcome, Retry | Limited | Unauthorised | Misconfigured):
        return problem.outcome
    return NotWithdrawable("微信没有接受删除。请登录微信公众平台，在“发表记录”中手工删除。")


def _read_posts(item: dict) -> list[RemotePost]:
    """The first article of a publication; those beside it have no id of their own."""
    articles = [each for each in item.get("content", {}).get("news_item", []) if not each.get("is_deleted")]
    return [
        RemotePost(
            remote_id=str(item["article_id"]),
            url=str(each.get("url", "")),
            text=str(each.get("title", "")),
            created_at=datetime.fromtimestamp(float(item["update_time"]), UTC),
            pictures=tuple(filter(None, [each.get("thumb_url")])),
        )
        for each in articles[:1]
    ]
