"""What Weibo tells of an account's posts, where the app may read: the list of them, and one that is looked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any

from django.utils import timezone

from microblog.adapters.base import Connected
from microblog.adapters.http import Answer, ask
from microblog.adapters.weibo_errors import read_error, read_status
from microblog.adapters.weibo_text import is_same_text, make_mid
from microblog.outcomes import Duplicate, NotThere, Outcome, Reconciliation, Refused, Sent, Unknowable, Unknown
from microblog.posts import RemotePost

MOST_ON_PAGE = 100
_MOST_PAGES = 5
_TIME = "%a %b %d %H:%M:%S %z %Y"
_SLACK = timedelta(seconds=3)
"""Weibo's times are whole seconds, and so is the clock by which ours are set right."""


@dataclass(frozen=True)
class Page:
    """A page of an account's list, newest first; `clock_ahead` is how far Weibo's clock is ahead of ours."""

    posts: Sequence[RemotePost]
    is_last: bool
    clock_ahead: timedelta


def make_url(uid: str, post_id: str) -> str:
    """Public address of a post."""
    return f"https://weibo.com/{uid}/{make_mid(post_id)}"


def call(account: Connected, method: str, name: str, **content: Any) -> Answer | Outcome:
    """Ask an interface of statuses, counted; the answer if it is a good one. The token goes in a header: addresses are logged."""
    account.note_request(False)
    headers = {"Authorization": f"OAuth2 {account.secrets.get('access_token', '')}"}
    answer = ask(method, f"{account.base_url}/2/statuses/{name}.json", headers=headers, **content)
    if not isinstance(answer, Answer):
        return answer
    code = find_code(answer.read_object())
    if code:
        return read_error(code, answer.status)
    return answer if answer.status == 200 else read_status(answer.status)


def find_code(body: Mapping[str, Any]) -> str:
    """Weibo's error code in an answer; '' without one."""
    code = body.get("error_code")
    return str(code) if code else ""


def list_page(account: Connected, *, number: int = 1, since_id: str = "", size: int = MOST_ON_PAGE) -> Page | Outcome:
    """One page of the account's own posts."""
    query = {"uid": account.remote_id, "count": str(size), "page": str(number), "trim_user": "1"}
    if since_id:
        query["since_id"] = since_id
    answer = call(account, "GET", "user_timeline", params=query)
    if not isinstance(answer, Answer):
        return answer
    rows = answer.read_object().get("statuses")
    if not isinstance(rows, list):
        return Unknown("微博没有按约定答复，稍后再查。", code="answer")
    posts = [_read_post(account, row) for row in rows if isinstance(row, dict)]
    return Page([post for post in posts if post], len(rows) < size, _find_clock_ahead(answer))


def _read_post(account: Connected, row: dict[str, Any]) -> RemotePost | None:
    """A post of the list; None for what is none, such as one that was deleted."""
    post_id, made = str(row.get("idstr") or row.get("id") or ""), str(row.get("created_at") or "")
    if not post_id.isdigit() or not made:
        return None
    pictures = [str(each.get("thumbnail_pic", "")) for each in row.get("pic_urls") or ()]
    return RemotePost(
        remote_id=post_id,
        url=make_url(account.remote_id, post_id),
        text=unescape(str(row.get("text") or "")),
        created_at=datetime.strptime(made, _TIME),
        pictures=tuple(each.replace("/thumbnail/", "/large/") for each in pictures if each),
    )


def _find_clock_ahead(answer: Answer) -> timedelta:
    try:
        return parsedate_to_datetime(answer.headers.get("date", "")) - timezone.now()
    except (TypeError, ValueError):
        return timedelta()


def find_post(account: Connected, text: str, since: datetime) -> Reconciliation:
    """Whether the account has a post of these words that was made since."""
    for number in range(1, _MOST_PAGES + 1):
        page = list_page(account, number=number)
        if not isinstance(page, Page):
            return _read_obstacle(page)
        earliest = since + page.clock_ahead - _SLACK
        fresh = [post for post in page.posts if post.created_at >= earliest]
        match = next((post for post in reversed(fresh) if is_same_text(text, post.text)), None)
        if match is not None:
            return Sent(match.remote_id, match.url)
        if page.is_last or len(fresh) < len(page.posts):
            return NotThere()
    return Unknowable("此后发的微博太多，无法自动核对。请登录微博查看是否已经发出，再在此处选择结果。")


def _read_obstacle(outcome: Outcome) -> Reconciliation:
    """Why the list cannot be read. What means one thing of a post may mean another here."""
    if getattr(outcome, "code", "") in {"10005", "10014"}:
        return Unknowable("微博应用没有读取微博的权限，无法自动核对。请登录微博查看是否已经发出，再在此处选择结果。")
    if isinstance(outcome, Refused | Duplicate):
        return Unknown(f"无法向微博核对（代码 {outcome.code}），稍后再查。", code=outcome.code)
    return outcome
