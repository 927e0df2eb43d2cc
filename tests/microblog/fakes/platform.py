"""What the fake of a platform has to be. A module `tests/microblog/fakes/NAME.py` has a class `Fake` of this kind."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from tests.microblog.fakes.faults import Fault
from tests.microblog.fakes.messages import Refusal, Reply, Seen

Route = Callable[..., Reply]


class FakePlatform:
    """A platform's state and rules. One request is worked on at a time; a new object is a platform without anything.

    Routes take the request and the parts of its path, and return a Reply or raise a Refusal.
    """

    name = ""
    settings: dict[str, Any]

    def __init__(self, url: str) -> None:
        """`url` is where the server itself is reached."""
        self.url = url
        self.settings = {}

    @cached_property
    def _map(self) -> Map:
        return Map([Rule(path, methods=[method], endpoint=route) for method, path, route in self.routes()])

    def routes(self) -> list[tuple[str, str, Route]]:
        """Method, path (with `<name>` for parts that change) and what answers it."""
        raise NotImplementedError

    def answer(self, seen: Seen) -> Reply:
        """What the platform answers where nothing misbehaves."""
        try:
            route, parts = self._map.bind("fake").match(seen.path, seen.method)
        except HTTPException as problem:
            return Reply({"error": str(problem)}, status=problem.code or 404, done="no such address")
        try:
            return route(seen, **parts)
        except Refusal as refusal:
            return refusal.reply

    def misbehave(self, fault: Fault, seen: Seen) -> Reply | None:
        """The answer to `error` (with `fault.code`), `rate`, `expired`, `duplicate`, `processing`.

        None where the request goes on as usual: its route looks at `seen.fault`.
        """
        raise NotImplementedError

    def list_posts(self) -> list[dict[str, Any]]:
        """All posts that are public, oldest first: `{id, account, text, url, created_at, by_hand, …}`; a key where it has one."""
        raise NotImplementedError

    def post_by_hand(self, given: dict[str, Any]) -> dict[str, Any]:
        """Somebody posts on the platform itself: `{account, text}`. Answers the post as `list_posts` does."""
        raise NotImplementedError

    def set_counts(self, given: dict[str, Any]) -> None:
        """`{id, reads, reposts, comments, likes}`."""
        raise NotImplementedError

    def make_account(self, given: dict[str, Any]) -> dict[str, Any]:
        """A new account: `{remote_id, base_url, secrets, options}`, as `adapters.base.Connected` has them."""
        raise NotImplementedError

    def change_settings(self, given: dict[str, Any]) -> None:
        """Raises KeyError for what is no setting of this platform."""
        for name, value in given.items():
            if name not in self.settings:
                raise KeyError(name)
            self.settings[name] = value
