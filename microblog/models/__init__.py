"""Tables of a site's microblog. What crosses sites stands in `microblog.cluster`."""

from .accounts import Account, AccountState, Connection, Follow
from .incoming import IncomingPost, PushReceipt
from .outbox import ApiCall, Delivery, DeliveryCounts, DeliveryEvent
from .pages import MicroPicture, MicroPost, StreamPage
from .rules import ComposeMode, ComposeRule

__all__ = [
    "Account",
    "AccountState",
    "ApiCall",
    "ComposeMode",
    "ComposeRule",
    "Connection",
    "Delivery",
    "DeliveryCounts",
    "DeliveryEvent",
    "Follow",
    "IncomingPost",
    "MicroPicture",
    "MicroPost",
    "PushReceipt",
    "StreamPage",
]
