"""WeChat official accounts: https://developers.weixin.qq.com/doc/service/, draft box and publication."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import time
from typing import Any

from tests.microblog.fakes.clock import DAY, MINUTE, Window
from tests.microblog.fakes.faults import Fault
from tests.microblog.fakes.messages import Refusal, Reply, Seen
from tests.microblog.fakes.platform import FakePlatform, Route
from tests.microblog.fakes.wechat_rules import (
    LARGEST_BODY_PICTURE,
    LARGEST_MATERIAL,
    clean,
    find_problem,
    picture_kind,
    read_text,
    refuse,
)
from tests.microblog.fakes.wechat_tokens import Tokens

PUBLISHED, PUBLISHING = 0, 1


@dataclass
class Article:
    """What stands in the draft box, and later among what is published."""

    account: str
    content: dict[str, Any]
    media_id: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    article_id: str = ""
    changed_at: float = field(default_factory=time)
    is_by_hand: bool = False


@dataclass
class Job:
    """A publication that was asked for. What comes of it is known when its time has come."""

    account: str
    media_id: str
    done_at: float
    verdict: int
    article_id: str = ""


class Fake(FakePlatform):
    """Settings: `publishing_seconds`, how long a publication takes; `verdict`, what comes of the next ones (0–4);
    `material_lag_seconds` until a new cover is known everywhere (40007 before); `whitelist` of addresses, None for all;
    `quota`, calls of one interface a day and account."""

    name = "wechat"

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.settings = {
            "publishing_seconds": MINUTE / 12,
            "verdict": PUBLISHED,
            "material_lag_seconds": 0,
            "whitelist": None,
            "quota": 20_000,
        }
        self._tokens = Tokens()
        self._verified: dict[str, bool] = {}
        self._materials: dict[str, float] = {}
        self._drafts: dict[str, Article] = {}
        self._published: dict[str, Article] = {}
        self._jobs: dict[str, Job] = {}
        self._calls = Window(0, DAY)

    def routes(self) -> list[tuple[str, str, Route]]:
        return [
            ("POST", "/cgi-bin/stable_token", self._give_token),
            ("POST", "/cgi-bin/media/uploadimg", self._upload_picture),
            ("POST", "/cgi-bin/material/add_material", self._add_material),
            ("POST", "/cgi-bin/draft/add", self._add_draft),
            ("POST", "/cgi-bin/draft/get", self._get_draft),
            ("POST", "/cgi-bin/draft/delete", self._delete_draft),
            ("POST", "/cgi-bin/draft/batchget", self._list_drafts),
            ("POST", "/cgi-bin/freepublish/submit", self._submit),
            ("POST", "/cgi-bin/freepublish/get", self._get_job),
            ("POST", "/cgi-bin/freepublish/batchget", self._list_published),
            ("POST", "/cgi-bin/freepublish/delete", self._delete_published),
        ]

    def answer(self, seen: Seen) -> Reply:
        self._finish_jobs()
        return super().answer(seen)

    def misbehave(self, fault: Fault, seen: Seen) -> Reply | None:
        codes = {"error": fault.code, "rate": "45009", "expired": "42001"}
        return refuse(int(codes[fault.kind]), seen.address) if fault.kind in codes else None

    def _check_address(self, seen: Seen) -> None:
        if self.settings["whitelist"] is not None and seen.address not in self.settings["whitelist"]:
            raise Refusal(refuse(40164, seen.address))

    def _give_token(self, seen: Seen) -> Reply:
        self._check_address(seen)
        return self._tokens.give(seen)

    def _admit(self, seen: Seen, *, verified: bool = False) -> str:
        """The account that asks; counted against its day."""
        self._check_address(seen)
        account = self._tokens.find(seen.query.get("access_token", ""))
        self._calls.limit = int(self.settings["quota"])
        if self._calls.is_full(f"{account}{seen.path}"):
            raise Refusal(refuse(45009))
        self._calls.take(f"{account}{seen.path}")
        if verified and not self._verified[account]:
            raise Refusal(refuse(48001))
        return account

    def _read_file(self, seen: Seen, kinds: tuple[str, ...], largest: int) -> None:
        if len(seen.files) != 1 or seen.files[0].field != "media":
            raise Refusal(refuse(40005))
        if picture_kind(seen.files[0].content) not in kinds:
            raise Refusal(refuse(40005))
        if len(seen.files[0].content) >= largest:
            raise Refusal(refuse(40009))

    def _upload_picture(self, seen: Seen) -> Reply:
        self._admit(seen)
        self._read_file(seen, ("jpg", "png"), LARGEST_BODY_PICTURE)
        return Reply({"url": f"{self.url}/mmbiz/{secrets.token_hex(20)}/0"}, done="picture kept")

    def _add_material(self, seen: Seen) -> Reply:
        self._admit(seen)
        if seen.query.get("type") != "image":
            raise Refusal(refuse(40005))
        self._read_file(seen, ("jpg", "png", "gif", "bmp"), LARGEST_MATERIAL)
        media_id = secrets.token_urlsafe(32)
        self._materials[media_id] = time() + float(self.settings["material_lag_seconds"])
        return Reply({"media_id": media_id, "url": f"{self.url}/mmbiz/{media_id}/0"}, done="material kept")

    def _add_draft(self, seen: Seen) -> Reply:
        account = self._admit(seen)
        articles = (seen.json or {}).get("articles") or []
        if not 1 <= len(articles) <= 8:
            raise Refusal(refuse(47001))
        known = {media_id for media_id, since in self._materials.items() if since <= time()}
        for article in articles:
            problem = find_problem(article, seen.body, known)
            if problem:
                raise Refusal(refuse(problem))
        content = {**articles[0], "content": clean(articles[0]["content"], self.url)}
        draft = Article(account, content)
        self._drafts[draft.media_id] = draft
        return Reply({"media_id": draft.media_id}, done=f"draft {draft.media_id}")

    def _find_draft(self, account: str, seen: Seen) -> Article:
        draft = self._drafts.get((seen.json or {}).get("media_id", ""))
        if draft is None or draft.account != account:
            raise Refusal(refuse(40007))
        return draft

    def _get_draft(self, seen: Seen) -> Reply:
        draft = self._find_draft(self._admit(seen), seen)
        return Reply({"news_item": [draft.content], "create_time": round(draft.changed_at)})

    def _delete_draft(self, seen: Seen) -> Reply:
        draft = self._find_draft(self._admit(seen), seen)
        del self._drafts[draft.media_id]
        return Reply({"errcode": 0, "errmsg": "ok"}, done=f"deleted {draft.media_id}")

    def _list_drafts(self, seen: Seen) -> Reply:
        account = self._admit(seen)
        return self._list(seen, [each for each in self._drafts.values() if each.account == account], "media_id")

    def _list_published(self, seen: Seen) -> Reply:
        account = self._admit(seen, verified=True)
        return self._list(seen, [each for each in self._published.values() if each.account == account], "article_id")

    def _list(self, seen: Seen, articles: list[Article], key: str) -> Reply:
        given = seen.json or {}
        offset, size = int(given.get("offset", 0)), int(given.get("count", 20))
        if not 1 <= size <= 20:
            raise Refusal(refuse(47001))
        # Places in the dictionaries tell apart what was changed in the same instant.
        newest = [each for _, _, each in sorted((each.changed_at, place, each) for place, each in enumerate(articles))][
            ::-1
        ]
        shown = newest[offset : offset + size]
        items = [self._show(each, key, bare=bool(given.get("no_content"))) for each in shown]
        return Reply({"total_count": len(newest), "item_count": len(items), "item": items}, done=f"listed {len(items)}")

    def _show(self, article: Article, key: str, *, bare: bool) -> dict[str, Any]:
        news = {name: value for name, value in article.content.items() if not (bare and name == "content")}
        news |= {"url": self._address(article), "is_deleted": False}
        moment = int(article.changed_at)
        content = {"news_item": [news], "create_time": moment, "update_time": moment}
        return {key: getattr(article, key), "content": content, "update_time": moment}

    def _submit(self, seen: Seen) -> Reply:
        """A draft can be submitted while it is being published already: the real one does not say that it cannot."""
        account = self._admit(seen, verified=True)
        draft = self._find_draft(account, seen)
        job = Job(
            account, draft.media_id, time() + float(self.settings["publishing_seconds"]), self.settings["verdict"]
        )
        publish_id = str(2247483647 + len(self._jobs) + 1)
        self._jobs[publish_id] = job
        body = {"errcode": 0, "errmsg": "ok", "publish_id": publish_id, "msg_data_id": publish_id}
        return Reply(body, done=f"submitted {draft.media_id}")

    def _finish_jobs(self) -> None:
        for job in self._jobs.values():
            if not job.article_id and job.verdict == PUBLISHED and job.done_at <= time():
                job.article_id = self._publish(job.media_id)

    def _publish(self, media_id: str, *, by_hand: bool = False) -> str:
        """The draft becomes an article, and leaves the box. A second job for it makes a second article."""
        draft = self._drafts.pop(media_id, None) or self._find_former(media_id)
        article = Article(draft.account, draft.content, media_id, secrets.token_urlsafe(24), is_by_hand=by_hand)
        self._published[article.article_id] = article
        return article.article_id

    def _find_former(self, media_id: str) -> Article:
        return next(each for each in self._published.values() if each.media_id == media_id)

    def _get_job(self, seen: Seen) -> Reply:
        account = self._admit(seen, verified=True)
        publish_id = str((seen.json or {}).get("publish_id", ""))
        job = self._jobs.get(publish_id)
        if job is None or job.account != account:
            raise Refusal(refuse(47001))
        if job.done_at > time():
            return Reply({"publish_id": publish_id, "publish_status": PUBLISHING, "fail_idx": []})
        if job.verdict != PUBLISHED:
            return Reply({"publish_id": publish_id, "publish_status": job.verdict, "fail_idx": [1]})
        article = self._published.get(job.article_id)
        if article is None:
            return Reply({"publish_id": publish_id, "publish_status": 5, "fail_idx": []})
        detail = {"count": 1, "item": [{"idx": 1, "article_url": self._address(article)}]}
        body = {"publish_id": publish_id, "publish_status": PUBLISHED, "article_id": article.article_id, "fail_idx": []}
        return Reply({**body, "article_detail": detail})

    def _delete_published(self, seen: Seen) -> Reply:
        account = self._admit(seen, verified=True)
        article = self._published.get((seen.json or {}).get("article_id", ""))
        if article is None or article.account != account:
            raise Refusal(refuse(53600))
        del self._published[article.article_id]
        return Reply({"errcode": 0, "errmsg": "ok"}, done=f"deleted {article.article_id}")

    def _address(self, article: Article) -> str:
        return f"https://mp.weixin.qq.com/s/{article.article_id}" if article.article_id else ""

    def list_posts(self) -> list[dict[str, Any]]:
        """Articles that are published; what is in the draft box is not."""
        self._finish_jobs()
        return [
            {
                "id": each.article_id,
                "account": each.account,
                "title": each.content["title"],
                "text": read_text(each.content["content"]),
                "html": each.content["content"],
                "link": each.content.get("content_source_url", ""),
                "url": self._address(each),
                "created_at": datetime.fromtimestamp(each.changed_at, UTC).isoformat(),
                "by_hand": each.is_by_hand,
                "pictures": each.content["content"].count("<img"),
            }
            for each in self._published.values()
        ]

    def post_by_hand(self, given: dict[str, Any]) -> dict[str, Any]:
        """`{account, text}`, or `{account, link}`: the draft with that link is published in the console."""
        account = str(given["account"])
        if "link" in given:
            drafts = [each for each in self._drafts.values() if each.content.get("content_source_url") == given["link"]]
            self._publish(drafts[-1].media_id, by_hand=True)
        else:
            text = str(given["text"])
            content = {"title": text[:32], "content": f"<p>{text}</p>", "content_source_url": ""}
            draft = Article(account, content)
            self._drafts[draft.media_id] = draft
            self._publish(draft.media_id, by_hand=True)
        return self.list_posts()[-1]

    def set_counts(self, given: dict[str, Any]) -> None:
        """This interface tells none."""

    def make_account(self, given: dict[str, Any]) -> dict[str, Any]:
        """`verified` (default: yes) may be given."""
        name, app_id, app_secret = self._tokens.register()
        self._verified[name] = bool(given.get("verified", True))
        keys = {"app_id": app_id, "app_secret": app_secret}
        return {
            "remote_id": name,
            "base_url": self.url,
            "secrets": keys,
            "options": {"may_publish": self._verified[name]},
        }
