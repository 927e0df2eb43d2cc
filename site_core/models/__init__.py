"""What stands in each site's own schema: pages, files, memberships, sessions."""

from .files import SiteDocument, SiteImage, SiteRendition
from .pages import ArticleAttachment, ArticlePage, BasePage, ColumnPage, HomePage
from .people import Invitation, Membership, PersonalPermission
from .sessions import Session

__all__ = [
    "ArticleAttachment",
    "ArticlePage",
    "BasePage",
    "ColumnPage",
    "HomePage",
    "Invitation",
    "Membership",
    "PersonalPermission",
    "Session",
    "SiteDocument",
    "SiteImage",
    "SiteRendition",
]
