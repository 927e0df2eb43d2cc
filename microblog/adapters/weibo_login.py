"""OAuth 2.0 of Weibo (domain §7.1): where a person agrees, and what the code that comes back is worth.

`state` is made and checked by the caller. Nothing here counts against an account's limits.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from microblog.adapters.http import Answer, NetworkOutcome, ask
from microblog.adapters.weibo_errors import read_error, read_status
from microblog.outcomes import Misconfigured, Outcome, Retry, Unknown

_SHORTEST = timedelta(days=1)
"""How long authorisations of an app in test hold; taken where Weibo does not say."""


@dataclass(frozen=True)
class Authorisation:
    """What an account's owner agreed to: `uid` is the account on Weibo. `repr` shows no token."""

    uid: str
    expires_at: datetime
    access_token: str = field(default="", repr=False)


def make_authorise_url(
    api_url: str, client_id: str, redirect_uri: str, state: str, *, force_login: bool = False
) -> str:
    """Where a person agrees; `redirect_uri` must be the one that the app has registered. `force_login`: as whom is asked again."""
    query = {"client_id": client_id, "redirect_uri": redirect_uri, "response_type": "code", "state": state}
    if force_login:
        query["forcelogin"] = "true"
    return f"{api_url.rstrip('/')}/oauth2/authorize?{urlencode(query)}"


def exchange_code(
    api_url: str, client_id: str, client_secret: str, code: str, redirect_uri: str
) -> Authorisation | Outcome:
    """The token for the code that came back, or what is wrong, in words for the person who waits."""
    form = {
        "client_id": client_id,
        "client_secret": client_secret,
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
    }
    body = _post(api_url, "access_token", form)
    if not isinstance(body, dict):
        return body
    token, uid = str(body.get("access_token") or ""), str(body.get("uid") or "")
    if not token or not uid:
        return _make_no_sense()
    return Authorisation(uid, _read_end(body.get("expires_in")), token)


def get_token_info(api_url: str, access_token: str) -> Authorisation | Outcome:
    """Whose the token is and how long it holds; here Weibo calls the seconds `expire_in`."""
    body = _post(api_url, "get_token_info", {"access_token": access_token})
    if not isinstance(body, dict):
        return body
    uid = str(body.get("uid") or "")
    return Authorisation(uid, _read_end(body.get("expire_in")), access_token) if uid else _make_no_sense()


def revoke_token(api_url: str, access_token: str) -> Outcome | None:
    """Give the authorisation back; None when that is done."""
    body = _post(api_url, "revokeoauth2", {"access_token": access_token})
    return None if isinstance(body, dict) else body


def _post(api_url: str, name: str, form: dict[str, str]) -> dict[str, Any] | Outcome:
    answer = ask("POST", f"{api_url.rstrip('/')}/oauth2/{name}", data=form)
    if not isinstance(answer, Answer):
        return _tell(answer)
    body = answer.read_object()
    if body.get("error_code"):
        return read_error(str(body["error_code"]), answer.status)
    if answer.status != 200:
        return read_status(answer.status)
    return body or _make_no_sense()


def _tell(outcome: NetworkOutcome) -> Outcome:
    """What the network did, for somebody who waits for an authorisation and not for a post."""
    if isinstance(outcome, Misconfigured):
        return outcome
    if isinstance(outcome, Retry):
        return Retry(outcome.code, "连不上微博，授权没有完成。请稍后重新授权。")
    return Unknown("微博没有答复，授权没有完成。请重新授权。", code=outcome.code)


def _make_no_sense() -> Outcome:
    return Unknown("微博没有按约定答复，授权没有完成，请重新授权。", code="answer")


def _read_end(seconds: Any) -> datetime:
    """Seconds from now, which may come as a text."""
    try:
        length = timedelta(seconds=int(float(seconds)))
    except (TypeError, ValueError, OverflowError):
        length = _SHORTEST
    return timezone.now() + length
