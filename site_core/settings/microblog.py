"""Posts to other platforms, and the keys of what is encrypted in the database."""

from .env import ENV

FIELD_KEYS = ENV.field_keys
"""Keys of `accounts.crypto`, the newest first."""
FIELD_KEYS_ARE_DEMO = ENV.field_keys_are_demo
MICROBLOG_HOUR_SECONDS = ENV.microblog_hour_seconds
"""Seconds of an hour, as the limits of the platforms count it. Below 3600 for tests alone."""
MICROBLOG_PRIVATE_TARGETS = ENV.microblog_private_targets
"""Whether accounts may be at addresses within this network (loopback among them): for the demo and tests."""
WEIBO_API_URL = ENV.weibo_api_url
WECHAT_API_URL = ENV.wechat_api_url
"""Where the platforms are; other addresses for servers that behave like them."""
