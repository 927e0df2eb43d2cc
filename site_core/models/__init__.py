"""What stands in each site's own schema: pages, files, memberships, sessions."""

from .files import SiteDocument, SiteImage, SiteRendition
from .pages import HOME_SLUG, ArticleAttachment, ArticlePage, BasePage, ColumnPage, HomePage
from .people import Invitation, Membership, PersonalPermission
from .sessions import Session

__all__ = [
    "HOME_SLUG",
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
