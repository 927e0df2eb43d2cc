"""Weibo's OAuth 2.0 (https://open.weibo.com/wiki/Oauth2): its apps, users and tokens."""

import secrets
from dataclasses import dataclass, field
from time import time
from typing import Any
from urllib.parse import urlencode

from tests.microblog.fakes.clock import DAY
from tests.microblog.fakes.messages import Refusal, Reply, Seen

APP_KEY = "1234567890"
APP_SECRET = "app-secret"


@dataclass
class App:
    """An app as it is registered. `redirect_uri` '': any. `level` says how long authorisations hold."""

    client_id: str
    client_secret: str
    redirect_uri: str = ""
    level: str = "reviewed"

    @property
    def validity(self) -> float:
        """Seconds: a day for an app in test, thirty for a reviewed one."""
        return DAY if self.level == "test" else 30 * DAY


@dataclass
class Token:
    """An authorisation of an app by a user."""

    value: str
    uid: str
    client_id: str
    created_at: float = field(default_factory=time)
    expires_at: float = 0.0
    is_revoked: bool = False


class Authorisations:
    """Codes and tokens that were given out."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._settings = settings
        self._codes: dict[str, tuple[str, str, str]] = {}
        self.tokens: dict[str, Token] = {}

    def find_app(self, client_id: str) -> App:
        """The app of that key. Raises Refusal."""
        for fields in self._settings["apps"]:
            if fields["client_id"] == client_id:
                return App(**fields)
        raise Refusal(_problem("invalid_client", 21324, 401))

    def give(self, uid: str, client_id: str = APP_KEY, seconds: float | None = None) -> Token:
        """A new token."""
        token = Token("2.00" + secrets.token_urlsafe(20), uid, client_id)
        token.expires_at = token.created_at + (self.find_app(client_id).validity if seconds is None else seconds)
        self.tokens[token.value] = token
        return token

    def authorise(self, seen: Seen) -> Reply:
        """The page: who signs in there is `uid`, agreed at once; `?deny=1` says no."""
        app = self.find_app(seen.query.get("client_id", ""))
        target = seen.query.get("redirect_uri", "")
        if not target or (app.redirect_uri and target != app.redirect_uri):
            raise Refusal(_problem("redirect_uri_mismatch", 21322))
        if seen.query.get("response_type", "code") != "code":
            raise Refusal(_problem("unsupported_response_type", 21328))
        state = {"state": seen.query["state"]} if "state" in seen.query else {}
        if seen.query.get("deny") or self._settings["denies"]:
            answer = {"error": "access_denied", "error_code": "21330"}
            return Reply("", 302, {"Location": f"{target}?{urlencode({**answer, **state})}"}, done="denied")
        code = secrets.token_hex(16)
        uid = seen.query.get("uid") or str(self._settings["signed_in"])
        self._codes[code] = (uid, app.client_id, target)
        return Reply("", 302, {"Location": f"{target}?{urlencode({'code': code, **state})}"}, done=f"code for {uid}")

    def exchange(self, seen: Seen) -> Reply:
        """A code for a token; `expires_in` is a string, as it is at times on the real one."""
        app = self.find_app(seen.form.get("client_id", ""))
        if seen.form.get("client_secret") != app.client_secret:
            raise Refusal(_problem("invalid_client", 21324, 401))
        if seen.form.get("grant_type") != "authorization_code":
            raise Refusal(_problem("unsupported_grant_type", 21328))
        uid, client_id, target = self._codes.pop(seen.form.get("code", ""), ("", "", ""))
        if client_id != app.client_id or target != seen.form.get("redirect_uri"):
            raise Refusal(_problem("invalid_grant", 21325))
        token = self.give(uid, client_id)
        seconds = str(round(app.validity))
        answer = {"access_token": token.value, "expires_in": seconds, "remind_in": seconds, "uid": uid}
        return Reply(answer, done=f"token for {uid}")

    def tell(self, seen: Seen) -> Reply:
        """What a token is; here the seconds that are left are called expire_in."""
        token = self.tokens.get(seen.given.get("access_token", ""))
        if token is None or token.is_revoked:
            raise Refusal(_problem("invalid_access_token", 21332, 401))
        left = round(token.expires_at - time())
        if left <= 0:
            raise Refusal(_problem("expired_token", 21327, 401))
        answer = {"uid": int(token.uid), "appkey": token.client_id, "scope": "", "create_at": round(token.created_at)}
        return Reply({**answer, "expire_in": left})

    def revoke(self, seen: Seen) -> Reply:
        """The user, or the app for them, takes it back."""
        token = self.tokens.get(seen.given.get("access_token", ""))
        if token is None:
            raise Refusal(_problem("invalid_access_token", 21332, 401))
        token.is_revoked = True
        return Reply({"result": "true"}, done="revoked")


def _problem(name: str, code: int, status: int = 400) -> Reply:
    body = {"error": name, "error_code": code, "error_description": name.replace("_", " "), "error_uri": "/oauth2"}
    return Reply(body, status=status, done=f"refused {code}")
