"""The library Mastodon.py on our own connections, and each of its exceptions as an outcome.

It would follow redirects, wait as long as a server likes and read `.netrc`: here its requests go through `http`, like all others.
"""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, TypeVar

import requests
from django.utils import timezone
from mastodon import Mastodon
from mastodon.errors import MastodonAPIError, MastodonError, MastodonRatelimitError
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from microblog.adapters import http
from microblog.adapters.base import Connected, LimitReached
from microblog.clock import hour
from microblog.outcomes import Limited, Misconfigured, Refused, Retry, Trouble, Unauthorised, Unknown

STATUSES = "/api/v1/statuses"
_VERSION = "4.3.0"
"""Named so that the library does not ask before each request; what is called here exists since 3.1.4."""
_LEFT_OUT = frozenset({"accept-encoding", "connection", "content-length"})


T = TypeVar("T")


class NoAnswer(Exception):
    """The network, or a redirect: what became of the request."""

    def __init__(self, outcome: Trouble) -> None:
        super().__init__(type(outcome).__name__)
        self.outcome = outcome


class _Connections(BaseAdapter):
    """Carries the library's requests, each of them counted."""

    def __init__(self, account: Connected) -> None:
        super().__init__()
        self._account = account

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        url, method = str(request.url), str(request.method)
        self._account.note_request(method == "POST" and request.path_url == STATUSES)
        headers = {name: str(value) for name, value in request.headers.items() if name.lower() not in _LEFT_OUT}
        answer = http.ask(method, url, headers=headers, content=request.body)
        if not isinstance(answer, http.Answer):
            raise NoAnswer(answer)
        if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
            raise NoAnswer(Misconfigured("redirect", "实例地址已经转向。请管理员把接口地址改为实例现在的地址。"))
        return _make_response(request, answer)

    def close(self) -> None:
        """Nothing is kept open."""


def _make_response(request: requests.PreparedRequest, answer: http.Answer) -> requests.Response:
    response = requests.Response()
    response.status_code, response.reason = answer.status, ""
    response.headers = CaseInsensitiveDict(answer.headers)
    response.raw, response.encoding = io.BytesIO(answer.body), "utf-8"
    response.request, response.url = request, str(request.url)
    return response


def make_client(account: Connected) -> Mastodon:
    """The library for the account."""
    session = requests.Session()
    session.trust_env = False
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Connections(account))
    client = Mastodon(
        api_base_url=account.base_url,
        session=session,
        ratelimit_method="throw",
        version_check_mode="created",
        mastodon_version=_VERSION,
        user_agent="judicial-site-cluster",
    )
    # Not given above: there it would be taken for the name of a file, if there is one of that name.
    client.access_token = account.secrets.get("access_token", "")
    return client


def ask(client: Mastodon, work: Callable[[], T], *, sends: bool = False) -> T | Trouble:
    """What the work returns, or what its problem means."""
    try:
        return work()
    except MastodonError as problem:
        return read_problem(problem, client, sends=sends)


def get_status(problem: MastodonError) -> int | None:
    """The status of the answer that the library complains of; None where it complains of something else."""
    return problem.args[1] if len(problem.args) >= 4 and isinstance(problem.args[1], int) else None


def read_problem(problem: MastodonError, client: Mastodon, *, sends: bool) -> Trouble:
    """What the library's exception means. `sends`: the request would have published something. Raises LimitReached."""
    cause = problem.__context__
    if isinstance(cause, LimitReached):
        raise cause
    if isinstance(cause, NoAnswer):
        outcome = cause.outcome
        return outcome if sends or not isinstance(outcome, Unknown) else _ask_again(outcome.code)
    if isinstance(problem, MastodonRatelimitError):
        return _read_limit(client)
    if not isinstance(problem, MastodonAPIError):
        raise problem
    status = get_status(problem)
    if status is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        code = f"http-{status or 200}"
        text = "实例出错，没有说明是否接收，正在核对。"
        return Unknown(text, code) if sends else _ask_again(code)
    return _read_refusal(status, str(problem.args[3] or ""))


def _ask_again(code: str) -> Retry:
    return Retry(code, "实例没有答复，稍后自动重试。")


def _read_limit(client: Mastodon) -> Limited:
    """300 requests in five minutes, 30 media in thirty; the answer says when there is room again."""
    reset = client.ratelimit_reset
    until = datetime.fromtimestamp(reset, UTC) if reset else timezone.now() + hour() / 12
    return Limited("429", "实例限制了请求频率，到时自动继续。", until=until)


def _read_refusal(status: int, message: str) -> Trouble:
    code, said = f"http-{status}", f"（{message[:120]}）" if message else ""
    if status == HTTPStatus.UNAUTHORIZED:
        return Unauthorised(code, "访问令牌无效或已被撤销。请管理员在实例的“设置 → 开发”中取得新的令牌，填入帐号设置。")
    if status == HTTPStatus.FORBIDDEN:
        text = f"令牌的权限不够，或帐号已被实例停用{said}。令牌须有 read、write:statuses 和 write:media 权限。"
        return Misconfigured(code, text)
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.METHOD_NOT_ALLOWED):
        return Misconfigured(code, "接口地址不是 Mastodon 实例。请管理员检查帐号的接口地址。")
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return Refused(code, "图片或视频超过实例允许的大小。请压缩后重新发布。")
    return Refused(code, f"实例不接收此条{said}。请修改后重新发布。")
