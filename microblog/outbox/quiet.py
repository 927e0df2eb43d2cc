"""Quiet hours: nothing goes to the platforms while readers sleep."""

from datetime import datetime, timedelta

from django.utils import timezone

from microblog.models import MicroPost, StreamPage


def end_of_quiet(page: MicroPost, now: datetime) -> datetime | None:
    """When the quiet hours that now holds are over; None outside of them, or where the stream has none."""
    stream = StreamPage.objects.filter(path=page.path[: -page.steplen]).first()
    if stream is None or stream.quiet_from is None or stream.quiet_until is None:
        return None
    here = timezone.localtime(now)
    start, end = stream.quiet_from, stream.quiet_until
    is_quiet = start <= here.time() < end if start <= end else here.time() >= start or here.time() < end
    if not is_quiet:
        return None
    over = here.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    return over if over > here else over + timedelta(days=1)
