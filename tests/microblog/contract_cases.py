"""What the contract suite has to know of each platform: where it publishes, what it may answer, what it tells."""

from dataclasses import dataclass, field
from typing import Any

from microblog.adapters.base import Adapter
from microblog.adapters.mastodon import MastodonAdapter
from microblog.adapters.webhook import WebhookAdapter
from microblog.adapters.wechat import WeChatAdapter
from microblog.adapters.weibo import WeiboAdapter
from microblog.outcomes import Duplicate, Limited, Misconfigured, Refused, Retry, Unauthorised, Unknown

LINK = "http://kongtong.sfj.localhost/gzdt/12/"


@dataclass(frozen=True)
class Case:
    """A platform. `publishing_path` is (part of) the path of the request that makes a post public, or takes it in.

    `errors`: faults and the outcome that they must become. `reads`: whether it lists an account's posts, `counts`: whether it tells what became of them.
    `limit`: posts an hour that the fake takes of one account; 0 where it does not count.
    """

    name: str
    adapter: Adapter
    publishing_path: str
    errors: tuple[tuple[dict[str, Any], type], ...]
    limit: int = 0
    reads: bool = True
    counts: bool = True
    withdraws: bool = True
    account: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def _codes(outcome: type, *codes: int) -> tuple[tuple[dict[str, Any], type], ...]:
    return tuple(({"kind": "error", "code": code}, outcome) for code in codes)


WEIBO = Case(
    name="weibo",
    adapter=WeiboAdapter(),
    publishing_path="statuses/share",
    errors=(
        ({"kind": "rate"}, Limited),
        ({"kind": "expired"}, Unauthorised),
        ({"kind": "duplicate"}, Duplicate),
        *_codes(Retry, 10001, 10002, 10003, 10009, 10010, 10011),
        *_codes(Limited, 10004, 10022, 10023, 10024, 20016),
        *_codes(Unauthorised, 21314, 21315, 21316, 21317, 21319, 21327, 21332),
        *_codes(Misconfigured, 10005, 10006, 10013, 10014, 10017),
        *_codes(Refused, 20005, 20006, 20007, 20008, 20012, 20021, 20031),
        *_codes(Duplicate, 20017, 20019, 20038, 20111),
    ),
    limit=30,
)

WECHAT = Case(
    name="wechat",
    adapter=WeChatAdapter(),
    publishing_path="draft/add",
    errors=(
        # Once, and the adapter gets itself another token (see test_wechat); twice, and it was not the token.
        ({"kind": "expired", "times": 2}, Unauthorised),
        ({"kind": "rate"}, Limited),
        *_codes(Retry, -1, 40007),
        *_codes(Limited, 45009, 45011),
        *_codes(Unauthorised, 40125),
        *_codes(Misconfigured, 40013, 40164, 40243, 48001, 48004, 50002),
        *_codes(Refused, 40005, 40006, 40009, 41039, 44004, 45001, 45002, 45003, 45004, 45166, 47001),
        *_codes(Refused, 53503, 53504, 53505, 99999),
    ),
    counts=False,
)

MASTODON = Case(
    name="mastodon",
    adapter=MastodonAdapter(),
    publishing_path="/api/v1/statuses",
    errors=(
        ({"kind": "rate"}, Limited),
        ({"kind": "expired"}, Unauthorised),
        *_codes(Unauthorised, 401),
        *_codes(Misconfigured, 302, 403, 404, 410),
        *_codes(Refused, 400, 413, 422),
        *_codes(Unknown, 500, 502, 503, 504),
    ),
)

WEBHOOK = Case(
    name="webhook",
    adapter=WebhookAdapter(),
    publishing_path="/hook/",
    errors=(
        ({"kind": "rate"}, Limited),
        ({"kind": "expired"}, Unauthorised),
        ({"kind": "duplicate"}, Refused),  # of no id: not one of ours
        *_codes(Unauthorised, 401, 403),
        *_codes(Misconfigured, 302, 404, 405, 410),
        *_codes(Refused, 400, 413, 415, 422),
        *_codes(Retry, 408, 500, 502, 503, 504),
    ),
    reads=False,
    counts=False,
)

CASES = [WEIBO, WECHAT, MASTODON, WEBHOOK]
