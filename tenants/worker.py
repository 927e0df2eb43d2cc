"""The worker process: Procrastinate's worker, which also takes up the jobs of workers that were killed."""

import asyncio
import logging
from typing import Any

from django.conf import settings
from procrastinate.app import App
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

logger = logging.getLogger(__name__)


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
    """A connector of the worker's own, beside Django's connections."""
    connector: Any = app.connector
    return connector.get_worker_connector()


async def _run(concurrency: int, wait: bool) -> None:
    stalled_after = settings.JOB_STALLED_AFTER
    with app.replace_connector(_worker_connector()) as worker_app:
        await worker_app.open_async()
        rescuer = asyncio.create_task(_keep_rescuing(worker_app, stalled_after))
        try:
            await worker_app.run_worker_async(
                concurrency=concurrency,
                wait=wait,
                update_heartbeat_interval=stalled_after / 3,
                stalled_worker_timeout=stalled_after,
                fetch_job_polling_interval=2.0,
                shutdown_graceful_timeout=10.0,
                delete_jobs="successful",
            )
        finally:
            rescuer.cancel()


def run_worker(concurrency: int, *, wait: bool = True) -> None:
    """Work until a signal comes; with wait=False until the queue is empty."""
    asyncio.run(_run(concurrency, wait))
