"""What stands in each site's own schema: pages, files, settings, memberships, sessions."""

from .articles import ArticlePage, InfoPage
from .base import BasePage, PageAttachment, PageLabel
from .columns import ColumnLayout, ColumnPage
from .details import SiteDetails
from .documents import DocumentPage, IndexNumberYear, Replacement, Topic, Validity
from .files import SiteDocument, SiteImage, SiteRendition
from .guides import KEY_ELEMENTS, GuideIcon, ServiceGuidePage
from .home import HOME_SLUG, HomePage
from .people import Invitation, Membership, PersonalPermission
from .persons import PersonPage, PersonRole
from .sessions import Session
from .topics import TopicPage, TopicState

__all__ = [
    "HOME_SLUG",
    "KEY_ELEMENTS",
    "ArticlePage",
    "BasePage",
    "ColumnLayout",
    "ColumnPage",
    "DocumentPage",
    "GuideIcon",
    "HomePage",
    "IndexNumberYear",
    "InfoPage",
    "Invitation",
    "Membership",
    "PageAttachment",
    "PageLabel",
    "PersonPage",
    "PersonRole",
    "PersonalPermission",
    "Replacement",
    "ServiceGuidePage",
    "Session",
    "SiteDetails",
    "SiteDocument",
    "SiteImage",
    "SiteRendition",
    "Topic",
    "TopicPage",
    "TopicState",
    "Validity",
]
