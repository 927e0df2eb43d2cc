"""Jobs of the mirrors: telling them of changes, bringing one up to date, making each whole by night, and the archive."""

from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from delivery.mirror import feeding
from delivery.mirror.folder import MirrorBusy
from delivery.mirror.making import MirrorIncomplete, Tally, folder_of, make_mirror, update_mirror
from tenants.current import current_site, leave_site
from tenants.jobs import every_site, site_task
from tenants.kinds import SiteState

_QUEUE = "mirror"
_RETRY_MINUTES = 10
_PATIENT = RetryStrategy(max_attempts=6, exponential_wait=4, retry_exceptions={MirrorBusy, MirrorIncomplete, OSError})


@app.task(name="delivery.feed_mirrors", queue=_QUEUE, pass_context=False)
def feed_mirrors() -> int:
    """Tell the mirrors what changed; returns how many have something to do."""
    return _feed(with_failed=False)


def _feed(*, with_failed: bool) -> int:
    close_old_connections()
    with leave_site():
        due = feeding.feed(with_failed=with_failed)
        feeding.queue_updates(due)
        return len(due)


@app.periodic(cron="* * * * *")
@app.task(name="delivery.tend_mirrors", queue=_QUEUE, queueing_lock="delivery.tend_mirrors", pass_context=False)
def tend_mirrors(timestamp: int) -> int:
    """Once a minute: pages whose time is over, and what waits although its job gave up; now and then what failed."""
    is_time = timestamp // 60 % _RETRY_MINUTES == 0
    return _feed(with_failed=is_time) if settings.MIRROR_ROOT else 0


@site_task(name="delivery.update_mirror", queue=_QUEUE)
def update_site() -> None:
    """Bring the current site's mirror up to date. What failed is tried again with the next change, or in minutes."""
    site = current_site()
    with leave_site():
        update_mirror(site, folder_of(site.schema_name))


@every_site(cron="30 3 * * *")
@site_task(name="delivery.make_mirror", queue=_QUEUE, retry=_PATIENT)
def make_site() -> None:
    """Nightly: the whole mirror of the current site, also the first one."""
    site = current_site()
    if settings.MIRROR_ROOT and site.state != SiteState.SUSPENDED:
        with leave_site():
            _complete(make_mirror(site, folder_of(site.schema_name)))


@site_task(name="delivery.archive_site", queue=_QUEUE, retry=_PATIENT)
def archive_site() -> None:
    """The last mirror of an archived site, and its WARC beside it; the ledger keeps the digest."""
    from accounts.ledger import record
    from delivery.mirror.archive import write_warc

    site = current_site()
    folder = folder_of(site.schema_name)
    with leave_site():
        _complete(make_mirror(site, folder))
        path = Path(settings.MIRROR_ROOT) / f"{site.schema_name}.warc.gz"
        archive = write_warc(site, folder, path)
    record("site.mirrored", site, detail={"file": path.name, **asdict(archive)})


def _complete(tally: Tally) -> None:
    if tally.failed:
        raise MirrorIncomplete(f"{len(tally.failed)} pages failed: {', '.join(tally.failed[:5])}")
