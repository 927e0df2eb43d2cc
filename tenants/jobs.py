"""Jobs of a site: Procrastinate's tasks with the site in the envelope.

A job exists exactly when its cause was committed, may be run more than once, and never runs outside of its site.
"""

import functools
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db import close_old_connections, transaction
from procrastinate.contrib.django import app

from .current import current_site, enter_site, leave_site
from .models import Organisation

ENVELOPE = "site"


class JobWithoutSite(RuntimeError):
    """A job of a site was taken up without the name of its site."""


@dataclass(frozen=True)
class SiteTask:
    """A task that runs inside a site. Call it like the function, or `defer` it to a worker."""

    name: str
    function: Callable[..., Any]
    task: Any

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run now, in the current site."""
        current_site()
        return self.function(*args, **kwargs)

    def defer(
        self, *, queueing_lock: str | None = None, schedule_in: dict[str, int] | None = None, **kwargs: Any
    ) -> int:
        """Queue it for the current site, in the caller's transaction. Returns the job's id."""
        schema = current_site().schema_name
        lock = f"{schema}:{queueing_lock}" if queueing_lock else None
        return self.task.configure(queueing_lock=lock, schedule_in=schedule_in).defer(**{ENVELOPE: schema}, **kwargs)


def site_task(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Make a function a task of a site. Options are those of Procrastinate's `task` (queue, retry, priority …)."""

    def decorate(function: Callable[..., Any]) -> SiteTask:
        name = options.pop("name", f"{function.__module__}.{function.__qualname__}")

        @functools.wraps(function)
        def run(**kwargs: Any) -> Any:
            return _run_inside(function, name, kwargs)

        return SiteTask(name, function, app.task(name=name, **options)(run))

    return decorate(function) if function else decorate


def _run_inside(function: Callable[..., Any], name: str, kwargs: dict[str, Any]) -> Any:
    schema = kwargs.pop(ENVELOPE, None)
    if not schema:
        raise JobWithoutSite(name)
    close_old_connections()
    try:
        with enter_site(schema):
            return function(**kwargs)
    finally:
        close_old_connections()


def every_site(
    cron: str, *, only: Callable[[list[str]], Iterable[str]] | None = None
) -> Callable[[SiteTask], SiteTask]:
    """Queue the task for every site that is not archived, by cron time; `only` may choose among their schema names.

    A site whose job of this name still waits is not given a second one.
    """

    def decorate(site_task: SiteTask) -> SiteTask:
        @app.periodic(cron=cron)
        @app.task(
            name=f"{site_task.name}.every_site",
            queueing_lock=f"{site_task.name}.every_site",
            pass_context=False,
        )
        def dispatch(timestamp: int) -> None:
            close_old_connections()
            defer_for_sites(site_task, only)

        return site_task

    return decorate


def defer_for_sites(task: SiteTask, only: Callable[[list[str]], Iterable[str]] | None = None) -> list[str]:
    """Queue the task once for each site; returns the schema names that it was queued for."""
    from procrastinate.exceptions import AlreadyEnqueued

    with leave_site():
        names = Organisation.objects.serving().schema_names()
    queued = []
    for name in only(names) if only else names:
        # A savepoint of its own: where one waits already, the refusal must not spoil the caller's transaction.
        with enter_site(name), suppress(AlreadyEnqueued), transaction.atomic():
            task.defer(queueing_lock=task.name)
            queued.append(name)
    return queued
