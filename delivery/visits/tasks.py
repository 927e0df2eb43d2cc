"""Jobs of counting: the end of a day."""

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from .actions import close_days


# Twenty minutes after midnight: by then every process has written what it counted before it.
@app.periodic(cron="20 0 * * *")
@app.task(name="delivery.close_days", queue="housekeeping", queueing_lock="delivery.close_days", pass_context=False)
def close_visitor_days(timestamp: int) -> int:
    """Nightly: marks of past days become figures, and go with their salts."""
    close_old_connections()
    return close_days(timezone.localdate())
