"""The one way to a platform over HTTP. What the network does becomes an outcome here.

Redirects are not followed, certificates are checked, answers are bounded, names that lead into this network are refused. Neither
logs nor outcomes hold addresses, headers or bodies: secrets travel in all three.
"""

import json
import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from microblog.adapters.targets import TargetRefused
from microblog.adapters.wire import Attempt, Transport
from microblog.clock import request_seconds
from microblog.outcomes import Misconfigured, Retry, Unknown

logger = logging.getLogger(__name__)
for _name in ("httpx", "httpcore"):  # they write whole addresses into the log, and those may hold tokens
    logging.getLogger(_name).setLevel(logging.WARNING)

LARGEST_ANSWER = 4 * 1024 * 1024
_PLAIN = {"Accept-Encoding": "identity", "Connection": "close", "User-Agent": "judicial-site-cluster"}

NetworkOutcome = Retry | Unknown | Misconfigured


@dataclass(frozen=True)
class Answer:
    """What a platform answered. Names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def read_json(self) -> Any:
        """The JSON that the body is; None where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def read_object(self) -> dict[str, Any]:
        """The JSON object that the body is; {} where it is none."""
        found = self.read_json()
        return found if isinstance(found, dict) else {}


class _AnswerTooLarge(Exception):
    """The answer is larger than any that makes sense, or packed although we asked for it plain."""


def ask(method: str, url: str, *, headers: Mapping[str, str] | None = None, **content: Any) -> Answer | NetworkOutcome:
    """Make the request (`params`, `data`, `files`, `json`, `content` as in httpx); the answer, or what became of it.

    Retry: nothing was sent. Unknown: something was, and no answer came. Misconfigured: the address is none to speak to.
    """
    attempt = Attempt(request_seconds())
    try:
        return _ask(attempt, method, url, {**_PLAIN, **(headers or {})}, content)
    except TargetRefused as refused:
        return Misconfigured("address", str(refused))
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpcore.UnsupportedProtocol):
        return Misconfigured("address", "接口地址写得不对。请管理员检查帐号的接口地址。")
    except (httpx.HTTPError, httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as problem:
        return _tell(problem, attempt)
    except _AnswerTooLarge:
        return Unknown("平台的答复不是约定的格式，不知是否发出，正在核对。", code="answer")


def _ask(attempt: Attempt, method: str, url: str, headers: dict[str, str], content: dict[str, Any]) -> Answer:
    with (
        httpx.Client(transport=Transport(attempt), follow_redirects=False, trust_env=False) as client,
        client.stream(method, url, headers=headers, **content) as response,
    ):
        return Answer(
            response.status_code,
            {name.lower(): value for name, value in response.headers.items()},
            _read(response),
        )


def _read(response: httpx.Response) -> bytes:
    """The body as it comes over the wire, up to a limit."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise _AnswerTooLarge
    body = bytearray()
    for piece in response.iter_raw():
        body += piece
        if len(body) > LARGEST_ANSWER:
            raise _AnswerTooLarge
    return bytes(body)


def _tell(problem: Exception, attempt: Attempt) -> NetworkOutcome:
    logger.warning("no answer from a platform: %s, written: %s", type(problem).__name__, attempt.was_written)
    if attempt.was_written:
        return Unknown("平台没有答复，不知是否发出，正在核对。", code="network")
    if _is_of_certificate(problem):
        return Retry("certificate", "平台的安全证书有问题，没有发送。请稍后再试；若一直如此，请联系管理员。")
    return Retry("network", "连不上平台，没有发送，稍后自动再试。")


def _is_of_certificate(problem: BaseException | None) -> bool:
    while problem is not None:
        if isinstance(problem, ssl.SSLCertVerificationError):
            return True
        problem = problem.__cause__ or problem.__context__
    return False
