"""Jobs of campaigns."""

from legal_education.campaigns.reminding import remind_all
from tenants.jobs import every_site, site_task


@every_site("40 8 * * *")
@site_task(queue="mail")
def remind_of_campaigns() -> int:
    """Mail what has come due."""
    return remind_all()
