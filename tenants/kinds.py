"""Kinds and states of a site: the words that everything else is filed under."""

from django.db import models


class SiteKind(models.TextChoices):
    """What an organisation is; decides which host it may use and what its footer must name (domain rules R1.1-R1.6)."""

    CITY_BUREAU = "city_bureau", "市司法局"
    COUNTY_BUREAU = "county_bureau", "县（市、区）司法局"
    JUDICIAL_STATION = "judicial_station", "司法所"
    LAW_OFFICE = "law_office", "律师事务所"
    NOTARY_OFFICE = "notary_office", "公证处"
    LEGAL_AID_CENTRE = "legal_aid_centre", "法律援助中心"


GOVERNMENT_KINDS = frozenset({SiteKind.CITY_BUREAU, SiteKind.COUNTY_BUREAU, SiteKind.JUDICIAL_STATION})
"""Party and government organs: these, and no others, may stand under a government suffix of their own right."""


class SiteState(models.TextChoices):
    """Where a site is in its life."""

    TRIAL = "trial", "试运行"
    LIVE = "live", "正式运行"
    SUSPENDED = "suspended", "暂停服务"
    ARCHIVED = "archived", "已归档"
