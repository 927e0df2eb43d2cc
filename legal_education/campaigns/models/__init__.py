"""What campaigns keep on each site: their pages, the ledger of activities, and which reminders went out."""

from .activities import Activity, ActivityForm, ActivityPicture
from .pages import CampaignArticle, CampaignPage
from .reminders import Reminder

__all__ = ["Activity", "ActivityForm", "ActivityPicture", "CampaignArticle", "CampaignPage", "Reminder"]
