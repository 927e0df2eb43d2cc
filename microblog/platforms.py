"""The platforms that a site's posts can go to, and what they call a post."""

from django.db import models


class Platform(models.TextChoices):
    """Where an account is."""

    WEIBO = "weibo", "新浪微博"
    WECHAT = "wechat", "微信公众号"
    MASTODON = "mastodon", "Mastodon"
    WEBHOOK = "webhook", "其他（Webhook）"
