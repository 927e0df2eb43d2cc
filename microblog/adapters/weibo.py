"""Weibo: posts by `statuses/share`, looked for and taken back where the app may (domain §7.1)."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.utils import timezone

from microblog.adapters.base import Connected, Progress, Save
from microblog.adapters.http import Answer, ask
from microblog.adapters.targets import find_own_address
from microblog.adapters.weibo_errors import NO_SUCH_POST, PUBLISHED_SLOWLY, read_error, read_status
from microblog.adapters.weibo_login import Authorisation, get_token_info
from microblog.adapters.weibo_reading import Page, call, find_code, find_post, list_page, make_url
from microblog.adapters.weibo_text import LIMIT, clean_domain, count_text, find_topic, has_link_below
from microblog.clock import first_look
from microblog.outcomes import (
    Accepted,
    Length,
    Limited,
    Misconfigured,
    NotThere,
    NotWithdrawable,
    Outcome,
    Problem,
    Reconciliation,
    Refused,
    Retry,
    Sent,
    Trouble,
    Unauthorised,
    Unknowable,
    Unknown,
    Withdrawal,
    Withdrawn,
)
from microblog.platforms import Platform
from microblog.posts import Attachment, Counts, OutgoingPost, RemotePost

logger = logging.getLogger(__name__)

LARGEST_PICTURE = 5 * 1024 * 1024
PICTURE_TYPES = {"image/jpeg", "image/gif", "image/png"}
_MOST_IDS = 100
_MOST_PAGES = 5
_MOST_FOLLOW_UPS = 4
_FIRST_FETCH = 20
_CANNOT_LOOK = "微博应用没有读取权限，无法自动核对。请登录微博查看是否已经发出，再在此处选择结果。"


class WeiboAdapter:
    """Weibo drops no repeats by key: what is unknown is looked for in the account's list, or left to a person."""

    platform = Platform.WEIBO
    can_repeat = False
    hourly_limit = 30
    daily_limit = 100
    counts_all_requests = True

    def check_connection(self, account: Connected) -> Trouble | None:
        """By asking whose the token is; that counts against no limit."""
        found = get_token_info(account.base_url, account.secrets.get("access_token", ""))
        return None if isinstance(found, Authorisation | Sent | Accepted) else found

    def arrange(self, text: str, topic: str, link: str) -> str:
        """Text and link. The topic is left out: an app may not send `#topic#`."""
        return text if not link or link in text else f"{text} {link}".strip()

    def measure(self, account: Connected, text: str) -> Length:
        return Length(count_text(text), account.options.get("char_limit") or LIMIT)

    def validate(self, account: Connected, post: OutgoingPost) -> Sequence[Problem]:
        return [*self._check_text(account, post), *_check_attachments(post.attachments)]

    def _check_text(self, account: Connected, post: OutgoingPost) -> list[Problem]:
        problems, length, topic = [], self.measure(account, post.text), find_topic(post.text)
        domain = clean_domain(str(account.options.get("safe_domain") or ""))
        if not post.text.strip():
            problems.append(Problem("text", "没有文字。", "微博须有文字。"))
        if length.is_too_long:
            message = (
                f"文字按微博计为 {length.count} 字，上限 {length.limit} 字，超出 {length.count - length.limit} 字。"
            )
            hint = "汉字每个计 1 字，字母和数字两个计 1 字，链接计 10 字（含自动附上的链接）。请删减。"
            problems.append(Problem("text", message, hint))
        if topic:
            message = f"微博不允许通过接口发送话题：{topic[:40]}"
            problems.append(Problem("text", message, "请去掉两个 # 号；话题可发出后在微博上补。"))
        if not has_link_below(post.text, domain):
            message = f"文中没有 {domain or '安全域名'} 下的链接，微博不会接受。"
            hint = "请链接到本站的文章；若本站地址不在该域名下，请管理员在帐号中填写微博应用绑定的安全域名。"
            problems.append(Problem("link_page", message, hint))
        return problems

    def publish(self, account: Connected, post: OutgoingPost, progress: Progress, save: Save) -> Outcome:
        try:
            content = _make_content(account, post)
        except OSError:
            logger.warning("a picture of a post cannot be read", exc_info=True)
            return Refused("media", "图片无法读取，可能已从本站删除。请重新选择图片后再发布。")
        save(progress)
        account.note_request(True)
        since = timezone.now()
        answer = ask("POST", f"{account.base_url}/2/statuses/share.json", **content)
        return _read_share(account, answer, since) if isinstance(answer, Answer) else answer

    def follow_up(self, account: Connected, post: OutgoingPost, progress: Progress, save: Save) -> Reconciliation:
        """What came with 20032 and without an id: it is out, whatever the list says; its id is worth a few looks."""
        looks = int(progress.get("looks", 0)) + 1
        save({**progress, "looks": looks})
        found = find_post(account, post.text, datetime.fromisoformat(progress["since"]))
        if isinstance(found, NotThere | Unknowable) and looks < _MOST_FOLLOW_UPS:
            return Unknown("微博已发出，列表中尚未出现，稍后再查。", code=PUBLISHED_SLOWLY)
        return _make_sent_without_id(account) if isinstance(found, NotThere | Unknowable) else found

    def reconcile(self, account: Connected, post: OutgoingPost, progress: Progress, since: datetime) -> Reconciliation:
        return find_post(account, post.text, since) if _may_read(account) else Unknowable(_CANNOT_LOOK)

    def withdraw(self, account: Connected, remote_id: str) -> Withdrawal:
        where = make_url(account.remote_id, remote_id) if remote_id.isdigit() else _make_home(account)
        by_hand = NotWithdrawable(f"微博不允许本应用删除微博。请登录微博手工删除：{where}")
        if not remote_id.isdigit() or not _may_read(account):
            return by_hand
        outcome = call(account, "POST", "destroy", data={"id": remote_id})
        if isinstance(outcome, Answer) or getattr(outcome, "code", "") == NO_SUCH_POST:
            return Withdrawn()
        if isinstance(outcome, Unknown):  # to delete a second time does no harm
            return Retry(outcome.code, "微博没有答复，稍后再撤回。")
        if isinstance(outcome, Retry | Limited | Unauthorised):
            return outcome
        if isinstance(outcome, Misconfigured) and outcome.code not in {"10005", "10014"}:
            return outcome
        return by_hand

    def fetch_counts(self, account: Connected, remote_ids: Sequence[str]) -> Mapping[str, Counts]:
        found: dict[str, Counts] = {}
        ids = [each for each in remote_ids if each.isdigit()] if _may_read(account) else []
        for start in range(0, len(ids), _MOST_IDS):
            answer = call(account, "GET", "count", params={"ids": ",".join(ids[start : start + _MOST_IDS])})
            if not isinstance(answer, Answer):
                logger.warning("weibo gave no counts: %s", getattr(answer, "code", ""))
                break
            rows = answer.read_json()
            rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
            found.update({_read_id(row): _read_counts(row) for row in rows})
        return found

    def fetch_posts(self, account: Connected, since_id: str) -> Sequence[RemotePost]:
        if not _may_read(account):
            return ()
        if not since_id:
            latest = list_page(account, size=_FIRST_FETCH)
            return _oldest_first(latest.posts) if isinstance(latest, Page) else _note_no_posts(latest)
        found: list[RemotePost] = []
        for number in range(1, _MOST_PAGES + 1):
            page = list_page(account, number=number, since_id=since_id)
            if not isinstance(page, Page):
                return _note_no_posts(page)
            found.extend(page.posts)
            if page.is_last:
                break
        return _oldest_first(found)


def _check_attachments(attachments: Sequence[Attachment]) -> list[Problem]:
    if any(each.is_video for each in attachments):
        return [Problem("video", "微博接口不能发送视频。", "请去掉视频改用图片，或不选此帐号，到微博上手工发布。")]
    problems = []
    for picture in attachments[:1]:
        if picture.content_type not in PICTURE_TYPES:
            problems.append(
                Problem("pictures", f"微博不接受图片 {picture.name} 的格式。", "请换成 JPG、GIF 或 PNG 图片。")
            )
        if picture.size >= LARGEST_PICTURE:
            size = picture.size / 1024 / 1024
            problems.append(
                Problem("pictures", f"图片 {picture.name} 有 {size:.1f} MB，微博要求小于 5 MB。", "请压缩或更换图片。")
            )
    if len(attachments) > 1:
        message = f"微博接口每条只能带一张图片：只发出第一张，其余 {len(attachments) - 1} 张不会发出。"
        problems.append(Problem("pictures", message, "请把最要紧的一张放在第一位，或拼成一张图。", is_loss=True))
    return problems


def _make_content(account: Connected, post: OutgoingPost) -> dict[str, Any]:
    """The request's body: a form, or parts with one picture. Raises OSError where the picture cannot be read."""
    form = {
        "access_token": account.secrets.get("access_token", ""),
        "status": post.text,
        "rip": post.operator_address or _find_own_address(account.base_url),
    }
    picture = next((each for each in post.attachments if not each.is_video), None)
    if picture is not None:
        return {"data": form, "files": {"pic": (picture.name, picture.read(), picture.content_type)}}
    # quote() leaves nothing of !*'() as it is, as RFC 3986 and Weibo want.
    encoded = urlencode(form, safe="", quote_via=quote)
    return {"content": encoded.encode(), "headers": {"Content-Type": "application/x-www-form-urlencoded"}}


def _find_own_address(url: str) -> str:
    parts = urlsplit(url)
    return find_own_address(parts.hostname or "", parts.port or 443)


def _read_share(account: Connected, answer: Answer, since: datetime) -> Outcome:
    body = answer.read_object()
    code, post_id = find_code(body), _read_id(body)
    if code and code != PUBLISHED_SLOWLY:
        return read_error(code, answer.status)
    is_out = bool(code) or 200 <= answer.status < 300
    if is_out and post_id:
        return Sent(post_id, make_url(account.remote_id, post_id))
    if code and _may_read(account):
        return Accepted({"since": since.isoformat()}, first_look(), "微博已发出，一两分钟后可见。")
    if code:
        return _make_sent_without_id(account)
    if is_out:
        return Unknown("微博没有按约定答复，不知是否发出，正在核对。", code="answer")
    return read_status(answer.status)


def _may_read(account: Connected) -> bool:
    return bool(account.options.get("may_read"))


def _make_home(account: Connected) -> str:
    return f"https://weibo.com/u/{account.remote_id}"


def _make_sent_without_id(account: Connected) -> Sent:
    return Sent("", _make_home(account))


def _read_id(body: Mapping[str, Any]) -> str:
    """A post's id in an answer; '' without one."""
    found = str(body.get("idstr") or body.get("id") or "")
    return found if found.isdigit() else ""


def _read_counts(row: Mapping[str, Any]) -> Counts:
    """Weibo tells no reads, and calls likes attitudes."""
    return Counts(
        reposts=_read_number(row, "reposts"),
        comments=_read_number(row, "comments"),
        likes=_read_number(row, "attitudes"),
    )


def _read_number(row: Mapping[str, Any], name: str) -> int | None:
    value = row.get(name)
    return int(str(value)) if str(value).isdigit() else None


def _oldest_first(posts: Sequence[RemotePost]) -> list[RemotePost]:
    return sorted(posts, key=lambda post: int(post.remote_id))


def _note_no_posts(outcome: Outcome) -> Sequence[RemotePost]:
    logger.warning("weibo gave no list of posts: %s", getattr(outcome, "code", ""))
    return ()
