"""Whom legal education speaks to: one list for programmes, campaigns and subscriptions."""

from django.db import models


class Audience(models.TextChoices):
    """Groups of readers, as the five-year plans of legal education name them."""

    ALL = "all", "全体公民"
    OFFICIALS = "officials", "公务员"
    YOUTH = "youth", "青少年"
    FARMERS = "farmers", "农民"
    BUSINESS = "business", "企业"
    COMMUNITY = "community", "社区居民"
