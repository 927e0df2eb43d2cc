"""Rows of delivery, all in the shared schema: edge nodes, and counted visits."""

from .edge import ChangedTag, EdgeNode
from .visits import PageViews, SiteVisits, VisitorMark, VisitSalt

__all__ = ["ChangedTag", "EdgeNode", "PageViews", "SiteVisits", "VisitSalt", "VisitorMark"]
