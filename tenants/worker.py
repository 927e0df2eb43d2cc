"""The worker process: Procrastinate's worker, which also takes up the jobs of workers that were killed."""

import asyncio
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from procrastinate.app import App
from procrastinate.contrib.django import app, utils
from procrastinate.contrib.django.models import ProcrastinateWorker
from procrastinate.jobs import Job
from procrastinate.psycopg_connector import PsycopgConnector

logger = logging.getLogger(__name__)

_GIVES_UP_AFTER_S = 3.0
"""Seconds after which an attempt to reach the database ends, and the next one begins at once."""


async def rescue_stalled_jobs(job_app: App, stalled_after: float) -> list[Job]:
    """Queue again the jobs of workers without a sign of life for `stalled_after` seconds. Jobs are safe to repeat."""
    jobs = list(await job_app.job_manager.get_stalled_jobs(seconds_since_heartbeat=stalled_after))
    for job in jobs:
        logger.warning("job %s (%s) is taken up again: its worker is gone", job.id, job.task_name)
        await job_app.job_manager.retry_job(job)
    return jobs


async def _keep_rescuing(job_app: App, stalled_after: float) -> None:
    while True:
        try:
            await rescue_stalled_jobs(job_app, stalled_after)
        except Exception:
            # The database may be away for a while; the loop must outlive that, and says so.
            logger.exception("looking for stalled jobs failed")
        await asyncio.sleep(stalled_after / 3)


def _worker_connector() -> Any:
    """A connector of the worker's own, beside Django's connections.

    As Procrastinate makes it, but for its patience: by default the pool waits longer and longer for a database that is
    away, and so finds it only minutes after it came back. Jobs that purge caches cannot wait for that.
    """
    parameters = utils.connector_params("default")
    return PsycopgConnector(kwargs=parameters, reconnect_timeout=_GIVES_UP_AFTER_S, timeout=_GIVES_UP_AFTER_S)


async def _run(concurrency: int, wait: bool, queues: list[str] | None, *, with_signals: bool = True) -> None:
    stalled_after = settings.JOB_STALLED_AFTER
    with app.replace_connector(_worker_connector()) as worker_app:
        await worker_app.open_async()
        rescuer = asyncio.create_task(_keep_rescuing(worker_app, stalled_after))
        try:
            await worker_app.run_worker_async(
                concurrency=concurrency,
                queues=queues,  # type: ignore[arg-type] # None is all of them: Procrastinate's own default
                wait=wait,
                update_heartbeat_interval=stalled_after / 3,
                stalled_worker_timeout=stalled_after,
                fetch_job_polling_interval=2.0,
                shutdown_graceful_timeout=10.0,
                delete_jobs="successful",
                install_signal_handlers=with_signals,
            )
        finally:
            rescuer.cancel()


def run_worker(concurrency: int, *, wait: bool = True, queues: list[str] | None = None) -> None:
    """Work until a signal comes, with wait=False until nothing is queued; on all queues, or those named."""
    asyncio.run(_run(concurrency, wait, queues))


def has_live_worker() -> bool:
    """Whether some worker process gave a sign of life lately."""
    since = timezone.now() - timedelta(seconds=settings.JOB_STALLED_AFTER)
    return ProcrastinateWorker.objects.filter(last_heartbeat__gte=since).exists()


@contextmanager
def work_beside(concurrency: int, queues: list[str]) -> Iterator[None]:
    """A worker on those queues in a thread of its own, for as long as the block lasts: for commands that need no other."""
    loop = asyncio.new_event_loop()
    work = loop.create_task(_run(concurrency, True, queues, with_signals=False))

    def run() -> None:
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(work)
        loop.close()

    thread = threading.Thread(target=run, name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        with suppress(RuntimeError):  # it ended by itself
            loop.call_soon_threadsafe(work.cancel)
        thread.join(timeout=15)
