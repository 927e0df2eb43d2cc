"""WeChat's stable tokens: the same one for all who ask, until five minutes before its end, or until one is forced."""

import secrets
from dataclasses import dataclass, field
from time import time

from tests.microblog.fakes.clock import DAY, HOUR, MINUTE, Window
from tests.microblog.fakes.messages import Refusal, Reply, Seen
from tests.microblog.fakes.wechat_rules import refuse

VALIDITY = 2 * HOUR
_OVERLAP = 5 * MINUTE


@dataclass
class Token:
    """A token. Forced renewal ends the one before."""

    app_id: str
    value: str = field(default_factory=lambda: secrets.token_urlsafe(96))
    expires_at: float = field(default_factory=lambda: time() + VALIDITY)
    is_replaced: bool = False


class Tokens:
    """Apps and what was given to them."""

    def __init__(self) -> None:
        self._secrets: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._current: dict[str, Token] = {}
        self._all: dict[str, Token] = {}
        self._forced = Window(20, DAY)
        self._spacing = Window(1, MINUTE / 2)

    def register(self) -> tuple[str, str, str]:
        """A new account: its name there, and id and secret of its app."""
        name, app_id = f"gh_{secrets.token_hex(6)}", f"wx{secrets.token_hex(8)}"
        self._secrets[app_id], self._names[app_id] = secrets.token_hex(16), name
        return name, app_id, self._secrets[app_id]

    def give(self, seen: Seen) -> Reply:
        """`stable_token`."""
        given = seen.json or {}
        app_id = given.get("appid", "")
        if given.get("grant_type") != "client_credential":
            raise Refusal(refuse(47001))
        if app_id not in self._secrets:
            raise Refusal(refuse(40013))
        if given.get("secret") != self._secrets[app_id]:
            raise Refusal(refuse(40125))
        is_forced = bool(given.get("force_refresh"))
        if is_forced:
            self._count_forced(app_id)
        token = self._current.get(app_id)
        if token is None or is_forced or token.expires_at - _OVERLAP <= time():
            if token is not None and is_forced:
                token.is_replaced = True
            token = self._current[app_id] = Token(app_id)
            self._all[token.value] = token
        seconds = max(1, round(token.expires_at - time()))
        done = "token forced" if is_forced else "token given"
        return Reply({"access_token": token.value, "expires_in": seconds}, done=done)

    def _count_forced(self, app_id: str) -> None:
        if self._spacing.is_full(app_id):
            raise Refusal(refuse(45011))
        if self._forced.is_full(app_id):
            raise Refusal(refuse(45009))
        self._spacing.take(app_id)
        self._forced.take(app_id)

    def find(self, value: str) -> str:
        """The account whose app a token was given to. Raises Refusal."""
        token = self._all.get(value)
        if not value:
            raise Refusal(refuse(41001))
        if token is None or token.is_replaced:
            raise Refusal(refuse(40001))
        if token.expires_at <= time():
            raise Refusal(refuse(42001))
        return self._names[token.app_id]
