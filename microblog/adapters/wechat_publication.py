"""One post on its way through WeChat: pictures, draft, publication, each step kept, and what can be found out of it later.

Progress has `pictures` (addresses of those uploaded), `cover` and `cover_at` (id of the permanent material; times are in
Unix seconds), `drafted_at` (when a draft was first asked for), `media_id` (of the draft), `submitted_at` (when its
publication was last asked for), `publish_id`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from microblog.adapters.base import Progress, Save
from microblog.adapters.wechat_api import Api, CallFailed, File, read_field
from microblog.adapters.wechat_content import list_pictures, make_article, make_title
from microblog.adapters.wechat_cover import draw_cover
from microblog.adapters.wechat_errors import NO_MEDIA, NO_PERMISSION, PUBLISH_STATES
from microblog.clock import hour
from microblog.outcomes import Accepted, NotThere, Outcome, Reconciliation, Refused, Retry, Sent, Unknowable, Unknown
from microblog.posts import Attachment, OutgoingPost

DRAFT = "draft:"
"""Before the id of a draft, where `withdraw` is to take one out of the box."""
IN_DRAFTS = "已存入草稿箱，请在公众平台上发布。"
_MOST_PAGES = 5
_PAGE = 20
_PUBLISHED, _PUBLISHING, _GONE_AFTER = 0, 1, 5
_CLOCKS_DIFFER = timedelta(minutes=2)


@dataclass(frozen=True)
class _Ready:
    """The draft is in the box, and nothing is under way with it."""

    media_id: str


class Publication:
    """One post's way, from where `progress` says it is."""

    def __init__(
        self, api: Api, post: OutgoingPost, progress: Progress, *, may_publish: bool, save: Save | None
    ) -> None:
        self._api, self._post, self._may_publish, self._save = api, post, may_publish, save
        self._progress: Progress = dict(progress)

    def go_on(self) -> Outcome:
        """Do what is left. Raises CallFailed."""
        if "publish_id" in self._progress:
            return self._poll()
        if "media_id" not in self._progress:
            self._upload_pictures()
            self._add_draft()
        return self._submit() if self._may_publish else self._wait_for_person()

    def follow_up(self) -> Reconciliation:
        """What became of what was accepted; a draft that nobody submitted yet is. Raises CallFailed."""
        if "publish_id" in self._progress:
            return self._poll()
        found = self._find(self._started(timezone.now()))
        if isinstance(found, _Ready):
            return self._submit() if self._may_publish else self._wait_for_person()
        return found

    def reconcile(self, since: datetime) -> Reconciliation:
        """What WeChat has of it, though no answer came. Raises CallFailed."""
        if "publish_id" in self._progress:
            return self._poll()
        if "drafted_at" not in self._progress:
            return NotThere(is_certain=True)  # only pictures were sent, if anything
        found = self._find(self._started(since))
        if not isinstance(found, _Ready):
            return found
        self._progress["media_id"] = found.media_id
        if self._may_publish:
            return Accepted({"media_id": found.media_id}, timedelta(), "草稿已存入，接着提交发布。")
        return self._wait_for_person()

    def _keep(self, **changes: Any) -> None:
        self._progress.update(changes)
        if self._save is not None:
            self._save(dict(self._progress))

    def _forget(self, *names: str) -> None:
        for name in names:
            self._progress.pop(name, None)
        self._keep()

    def _upload_pictures(self) -> None:
        pictures = list(self._progress.get("pictures", ()))
        for file in list_pictures(self._post)[len(pictures) :]:
            answer = self._api.upload("/cgi-bin/media/uploadimg", _as_file(file))
            pictures.append(read_field(answer, "url"))
            self._keep(pictures=pictures)
        if "cover" not in self._progress:
            answer = self._api.upload("/cgi-bin/material/add_material", _find_cover(self._post), type="image")
            self._keep(cover=read_field(answer, "media_id"), cover_at=timezone.now().timestamp())

    def _add_draft(self) -> None:
        article = make_article(self._post, self._progress.get("pictures", ()), self._progress["cover"])
        self._keep(drafted_at=self._progress.get("drafted_at", timezone.now().timestamp()))
        try:
            answer = self._api.call("/cgi-bin/draft/add", {"articles": [article]}, publishes=True, is_post=True)
        except CallFailed as problem:
            if problem.code == NO_MEDIA:
                raise self._doubt_cover() from problem
            raise
        self._keep(media_id=read_field(answer, "media_id", publishes=True))

    def _doubt_cover(self) -> CallFailed:
        """One that was uploaded a moment ago may not be known everywhere yet (domain §7.2); later it is lost, and goes up anew."""
        if timezone.now() > _as_time(self._progress.get("cover_at", 0)) + hour() / 60:
            self._forget("cover", "cover_at")
        return CallFailed(Retry(str(NO_MEDIA), "微信尚未备好刚上传的封面，稍后自动重试。"))

    def _submit(self) -> Outcome:
        self._keep(submitted_at=timezone.now().timestamp())
        data = {"media_id": self._progress["media_id"]}
        answer = self._api.call("/cgi-bin/freepublish/submit", data, publishes=True)
        self._keep(publish_id=read_field(answer, "publish_id", publishes=True))
        return self._wait_for_result("已提交发布，等待微信的结果。")

    def _wait_for_result(self, text: str) -> Accepted:
        return Accepted({"publish_id": self._progress["publish_id"]}, hour() / 360, text)

    def _wait_for_person(self) -> Accepted:
        media_id = self._progress["media_id"]
        return Accepted(
            {"media_id": media_id}, hour(), IN_DRAFTS, waits_for_person=True, remote_id=f"{DRAFT}{media_id}"
        )

    def _poll(self) -> Outcome:
        answer = self._api.call("/cgi-bin/freepublish/get", {"publish_id": self._progress["publish_id"]})
        state = int(read_field(answer, "publish_status"))
        if state == _PUBLISHED:
            return Sent(read_field(answer, "article_id"), _find_address(answer))
        if state == _PUBLISHING:
            return self._wait_for_result(PUBLISH_STATES[state])
        # So that sending it again, which a person may ask for, begins where there is something to begin with.
        self._forget("publish_id", "submitted_at", *(("media_id", "drafted_at") if state >= _GONE_AFTER else ()))
        return Refused(
            f"publish-{state}", PUBLISH_STATES.get(state, f"微信没有发布（状态 {state}）。请登录公众平台查看。")
        )

    def _find(self, start: datetime) -> Reconciliation | _Ready:
        """Where it is: published, in the draft box, or on its way between them."""
        may_list, article = self._find_published(start)
        if article is not None:
            return article
        media_id = self._find_draft(start)
        if media_id is not None and not self._is_under_way(hour() / 4):
            return _Ready(media_id)
        if media_id is not None or (may_list and self._is_under_way(hour())):
            return Unknown("已提交发布，尚未查到结果，稍后再查。")
        if "media_id" not in self._progress:
            return NotThere()
        return Unknowable(_explain_loss(may_list=may_list))

    def _is_under_way(self, length: timedelta) -> bool:
        """Whether a publication that was asked for may still be under way, without anybody having told its id."""
        submitted = self._progress.get("submitted_at")
        return submitted is not None and timezone.now() < _as_time(submitted) + length

    def _started(self, otherwise: datetime) -> datetime:
        drafted = self._progress.get("drafted_at")
        return (_as_time(drafted) if drafted else otherwise) - _CLOCKS_DIFFER

    def _find_published(self, start: datetime) -> tuple[bool, Sent | None]:
        """Whether this account may list what is published, and the post if it is among that."""
        try:
            for item in list_newest(self._api, "freepublish", start):
                mine = next((each for each in _articles_of(item) if self._is_mine(each)), None)
                if mine is not None:
                    return True, Sent(str(item["article_id"]), str(mine.get("url", "")))
        except CallFailed as problem:
            if problem.code != NO_PERMISSION:
                raise
            return False, None
        return True, None

    def _find_draft(self, start: datetime) -> str | None:
        """The draft's id, where it is in the box."""
        if "media_id" in self._progress:
            media_id = str(self._progress["media_id"])
            return media_id if has_draft(self._api, media_id) else None
        for item in list_newest(self._api, "draft", start):
            if any(self._is_mine(each) for each in _articles_of(item)):
                return str(item["media_id"])
        return None

    def _is_mine(self, article: dict[str, Any]) -> bool:
        link = str(article.get("content_source_url", "")).partition("#")[0]
        return link == self._post.link.partition("#")[0] and article.get("title") == make_title(self._post)


def has_draft(api: Api, media_id: str) -> bool:
    """Whether the draft is in the box: it leaves it when it is published or deleted."""
    try:
        api.call("/cgi-bin/draft/get", {"media_id": media_id})
    except CallFailed as problem:
        if problem.code != NO_MEDIA:
            raise
        return False
    return True


def list_newest(api: Api, kind: str, start: datetime | None) -> Iterator[dict[str, Any]]:
    """Drafts (`draft`) or publications (`freepublish`) that changed since, the newest first; a hundred at most."""
    for page in range(_MOST_PAGES):
        data = {"offset": page * _PAGE, "count": _PAGE, "no_content": 1}
        items = api.call(f"/cgi-bin/{kind}/batchget", data).get("item", [])
        for item in items:
            if start is not None and _as_time(item["update_time"]) < start:
                return
            yield item
        if len(items) < _PAGE:
            return


def _articles_of(item: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = item.get("content", {}).get("news_item", [])
    return [each for each in found if not each.get("is_deleted")]


def _find_address(answer: dict[str, Any]) -> str:
    items = answer.get("article_detail", {}).get("item", [])
    return str(items[0].get("article_url", "")) if items else ""


def _explain_loss(*, may_list: bool) -> str:
    where = "已发布列表中也没有" if may_list else "本帐号又不能读取已发布列表"
    return f"草稿已不在草稿箱，{where}。请登录公众平台查看它是已发布、已群发还是已删除，并在此确认。"


def _as_time(seconds: float) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)


def _find_cover(post: OutgoingPost) -> File:
    """The first picture; a drawn one where there is none."""
    pictures = list_pictures(post)
    return _as_file(pictures[0]) if pictures else ("cover.png", draw_cover(), "image/png")


def _as_file(file: Attachment) -> File:
    return file.name, file.read(), file.content_type
