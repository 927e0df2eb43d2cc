"""Jobs of search: reading attachments, feeding the search server, words of the catalogue, the nightly self-test."""

from django.db import close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from search import index_work
from search.engines.base import EngineProblem
from tenants.current import leave_site
from tenants.jobs import site_task

_PATIENT = RetryStrategy(max_attempts=8, exponential_wait=3, retry_exceptions={EngineProblem})


@site_task(queue="search")
def read_attachments(page_id: int) -> int:
    """Read the page's unread attachments, then write its entry anew with their text."""
    from django.db import transaction
    from wagtail.models import Page

    from search.actions import write_entry
    from search.attachments import list_documents, list_unread, read_document

    page = Page.objects.live().filter(pk=page_id).first()
    if page is None:
        return 0
    unread = list_unread(list_documents(page.specific))
    for document in unread:
        read_document(document)
    if unread:
        with transaction.atomic():
            write_entry(page.specific)
    return len(unread)


@site_task(queue="search")
def rewrite_entries(page_ids: list[int]) -> int:
    """Entries of so many pages anew."""
    from django.db import transaction

    from search.actions import rewrite_pages

    with transaction.atomic():
        rewrite_pages(page_ids)
    return len(page_ids)


@app.task(name="search.feed_index", queue="search", retry=_PATIENT, pass_context=False)
def feed_index() -> int:
    """Tell the search server what changed; again and again, more and more slowly, while it is down."""
    close_old_connections()
    with leave_site():
        return index_work.do_waiting()


@app.periodic(cron="* * * * *")
@app.task(name="search.catch_up", queue="search", queueing_lock="search.catch_up", pass_context=False)
def catch_up(timestamp: int) -> int:
    """Once a minute: what waits although its jobs gave up."""
    close_old_connections()
    with leave_site():
        return index_work.catch_up() if index_work.is_indexed() else 0


@app.periodic(cron="20 2 * * *")
@app.task(name="search.refresh_words", queue="housekeeping", queueing_lock="search.refresh_words", pass_context=False)
def refresh_words(timestamp: int) -> int:
    """Nightly: words of the catalogue, for corrections and rarity."""
    from search.catalogue_words import refresh

    close_old_connections()
    with leave_site():
        return refresh()


@app.periodic(cron="40 2 * * *")
@app.task(name="search.test_titles", queue="housekeeping", queueing_lock="search.test_titles", pass_context=False)
def test_titles(timestamp: int) -> int:
    """Nightly: titles of a sample of every site, put as queries."""
    from search.title_test import run_title_test

    close_old_connections()
    with leave_site():
        return run_title_test().failed


@app.periodic(cron="10 3 * * *")
@app.task(name="search.tidy_counts", queue="housekeeping", queueing_lock="search.tidy_counts", pass_context=False)
def tidy_counts(timestamp: int) -> int:
    """Nightly: forget old counts, and offer the centre what readers look for most."""
    from search.counting import drop_old_counts, propose_hot_queries

    close_old_connections()
    with leave_site():
        drop_old_counts()
        return propose_hot_queries()
