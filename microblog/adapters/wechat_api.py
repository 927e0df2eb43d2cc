"""Calls to WeChat's server API: the stable token, renewed when it is due, and answers turned into outcomes at once."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.utils import timezone

from microblog.adapters import http
from microblog.adapters.base import Connected
from microblog.adapters.wechat_errors import BAD_TOKEN, read_error
from microblog.clock import day, hour
from microblog.outcomes import Retry, Trouble, Unknown

MOST_FORCED = 20
"""Forced renewals a day (domain §7.2); each invalidates the token that others use."""

File = tuple[str, bytes, str]
"""Name, content, MIME type."""


class CallFailed(Exception):
    """A call did not succeed: what that means for the post, and WeChat's code where it gave one."""

    def __init__(self, outcome: Trouble, code: int | None = None) -> None:
        super().__init__(type(outcome).__name__)
        self.outcome, self.code = outcome, code


class Api:
    """The account's calls, for as long as one piece of work takes."""

    def __init__(self, account: Connected) -> None:
        self._account = account
        self._kept: dict[str, Any] = dict(account.secrets)

    def call(
        self, path: str, data: Mapping[str, Any], *, publishes: bool = False, is_post: bool = False
    ) -> dict[str, Any]:
        """Ask with JSON. Raises CallFailed.

        `publishes`: where no answer comes, it is not known whether it was done. `is_post`: counts as a post.
        """
        return self._with_token(path, {"json": data}, publishes=publishes, is_post=is_post)

    def upload(self, path: str, file: File, **query: str) -> dict[str, Any]:
        """Send a file. A repeat does no harm. Raises CallFailed."""
        return self._with_token(path, {"file": file, "query": query})

    def get_token(self) -> str:
        """A valid token: the one that is kept, or a new one. Raises CallFailed."""
        until = _read_time(self._kept.get("token_until"))
        if self._kept.get("access_token") and until and until > timezone.now():
            return str(self._kept["access_token"])
        return self._fetch_token()

    def renew_token(self) -> None:
        """Ask WeChat for the token, whatever is kept. Raises CallFailed."""
        self._fetch_token()

    def _with_token(self, path: str, request: dict[str, Any], **how: bool) -> dict[str, Any]:
        token = self.get_token()
        try:
            return self._ask(path, token, request, **how)
        except CallFailed as problem:
            if problem.code not in BAD_TOKEN:
                raise
            return self._ask(path, self._replace_token(token), request, **how)

    def _replace_token(self, refused: str) -> str:
        """Another token than the one that was refused. Somebody else may have renewed it: asked first, forced after that."""
        token = self._fetch_token()
        return token if token != refused else self._fetch_token(force=True)

    def _fetch_token(self, *, force: bool = False) -> str:
        if force:
            self._note_forced()
        account = self._kept
        data = {
            "grant_type": "client_credential",
            "appid": account.get("app_id", ""),
            "secret": account.get("app_secret", ""),
            "force_refresh": force,
        }
        answer = self._ask("/cgi-bin/stable_token", "", {"json": data})
        token, seconds = read_field(answer, "access_token"), float(read_field(answer, "expires_in"))
        # The old one stays valid for five minutes beside a new one: that is when to change.
        until = timezone.now() + timedelta(seconds=seconds) - min(hour() / 12, timedelta(seconds=seconds / 2))
        self._keep(access_token=token, token_until=until.isoformat())
        return token

    def _note_forced(self) -> None:
        now = timezone.now()
        times = [time for time in _read_times(self._kept.get("forced_at")) if time > now - day()]
        if times and times[-1] > now - hour() / 120:
            raise CallFailed(Retry("token", "微信访问令牌刚刚更换过，稍后自动重试。", after=hour() / 120))
        if len(times) >= MOST_FORCED:
            text = "微信访问令牌今日已强制更换 20 次。请管理员检查是否有其他系统在用同一个公众号，明日自动重试。"
            raise CallFailed(Retry("token", text, after=times[0] + day() - now))
        self._keep(forced_at=json.dumps([time.isoformat() for time in [*times, now]]))

    def _keep(self, **secrets: str) -> None:
        self._kept.update(secrets)
        self._account.keep(**secrets)

    def _ask(
        self, path: str, token: str, request: dict[str, Any], *, publishes: bool = False, is_post: bool = False
    ) -> dict[str, Any]:
        self._account.note_request(is_post)
        query = {**request.get("query", {}), **({"access_token": token} if token else {})}
        url = f"{self._account.base_url}{path}"
        if "file" in request:
            return _read(http.ask("POST", url, params=query, files={"media": request["file"]}), publishes=publishes)
        # Characters as they are: WeChat shows \\uXXXX to readers.
        content = json.dumps(request["json"], ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        return _read(http.ask("POST", url, params=query, content=content, headers=headers), publishes=publishes)


def _read(answer: http.Answer | http.NetworkOutcome, *, publishes: bool) -> dict[str, Any]:
    """What WeChat says. Raises CallFailed with what anything else means."""
    if not isinstance(answer, http.Answer):
        raise CallFailed(_soften(answer) if not publishes else answer)
    found = answer.read_object()
    if answer.status != HTTPStatus.OK or not found:
        problem = _unreadable(f"http-{answer.status}")
        raise CallFailed(_soften(problem) if not publishes else problem)
    code = found.get("errcode", 0)
    if code:
        raise CallFailed(read_error(int(code), str(found.get("errmsg", ""))), int(code))
    return found


def read_field(answer: Mapping[str, Any], name: str, *, publishes: bool = False) -> str:
    """What the answer has to hold. Raises CallFailed where it does not."""
    value = answer.get(name)
    if value in (None, ""):
        raise CallFailed(_unreadable("field") if publishes else _soften(_unreadable("field")))
    return str(value)


def _unreadable(code: str) -> Unknown:
    return Unknown("微信没有给出可读的答复，不知是否接收，正在核对。", code=code)


def _soften(outcome: http.NetworkOutcome) -> Trouble:
    """Where nothing would have been published, no answer is no riddle: ask again."""
    return Retry(outcome.code, "微信没有答复，稍后自动重试。") if isinstance(outcome, Unknown) else outcome


def _read_time(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _read_times(value: Any) -> list[datetime]:
    return [datetime.fromisoformat(each) for each in json.loads(value or "[]")]
