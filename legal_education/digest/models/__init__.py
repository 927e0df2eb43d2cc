"""Tables of the mobile digest: pages, subscriptions, and what was sent to whom."""

from .deliveries import ChannelRun, DeliveryNote, DigestDelivery, Receipt, Sending
from .pages import DigestIssuePage, DigestItem, DigestPage
from .subscriptions import Purpose, Subscription, SubscriptionState

__all__ = [
    "ChannelRun",
    "DeliveryNote",
    "DigestDelivery",
    "DigestIssuePage",
    "DigestItem",
    "DigestPage",
    "Purpose",
    "Receipt",
    "Sending",
    "Subscription",
    "SubscriptionState",
]
