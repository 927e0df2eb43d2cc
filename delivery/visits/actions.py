"""Writes of counted visits: a batch, and the end of a day."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Count

from delivery.models import PageViews, SiteVisits, VisitorMark, VisitSalt
from tenants.connection import connection
from tenants.current import enter_site, leave_site

from .batch import Counted, Place
from .salts import digest_of, find_salt
from .selectors import find_public_pages, find_sites_of_hosts

_PAGES, _SITES = PageViews._meta.db_table, SiteVisits._meta.db_table
_ADD_PAGE_VIEWS = f"""
    INSERT INTO {_PAGES} AS kept (site_id, day, page_id, views)
    SELECT * FROM unnest(%s::bigint[], %s::date[], %s::int[], %s::int[])
    ON CONFLICT (site_id, day, page_id) DO UPDATE SET views = kept.views + EXCLUDED.views
"""  # noqa: S608 - the table's own name
_ADD_SITE_VISITS = f"""
    INSERT INTO {_SITES} AS kept (site_id, day, views, visitors, is_sample)
    SELECT *, false FROM unnest(%s::bigint[], %s::date[], %s::int[], %s::int[])
    ON CONFLICT (site_id, day) DO UPDATE
    SET views = kept.views + EXCLUDED.views, visitors = kept.visitors + EXCLUDED.visitors
"""  # noqa: S608 - as above


@dataclass
class _Tally:
    """What is to be added, by the keys of the tables; written in their order, so that two writers never lock each other out."""

    pages: Counter[tuple[int, date, int]] = field(default_factory=Counter)
    sites: Counter[tuple[int, date]] = field(default_factory=Counter)
    marks: set[tuple[int, date, bytes]] = field(default_factory=set)


def record_visits(counted: Counted, on_transaction: Callable[[str], None] = lambda _: None) -> None:
    """Add the views of public pages, and their visitors, in one transaction. Places that no page has are passed over.

    `on_transaction` is told the number of the transaction before it ends: `was_committed` knows what became of it.
    """
    with leave_site():
        found = _find_pages(counted.views)
        with transaction.atomic():
            on_transaction(_number_transaction())
            _write(_tally(counted, found))


def was_committed(number: str) -> bool:
    """What became of the transaction. Raises OperationalError where it is not over, or the database away."""
    with leave_site(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_xact_status(%s::xid8)", [number])
        state = cursor.fetchone()[0]
    if state == "in progress":
        raise OperationalError("the last write is still going on")
    return bool(state == "committed")


def _number_transaction() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        return str(cursor.fetchone()[0])


def _find_pages(places: dict[Place, int]) -> dict[tuple[str, str], tuple[int, int]]:
    """(site, page) of each (host, path) that is a public page."""
    found = {}
    for host, site in find_sites_of_hosts({place.host for place in places}).items():
        paths = {place.path for place in places if place.host == host}
        with enter_site(site):
            pages = find_public_pages(paths)
        found.update({(host, path): (site.pk, page_id) for path, page_id in pages.items()})
    return found


def _tally(counted: Counted, found: dict[tuple[str, str], tuple[int, int]]) -> _Tally:
    tally = _Tally()
    for place, views in counted.views.items():
        if (place.host, place.path) in found:
            site_id, page_id = found[place.host, place.path]
            tally.pages[site_id, place.day, page_id] += views
            tally.sites[site_id, place.day] += views
    salts = {day: find_salt(day) for day in sorted({day for _, day in tally.sites})}
    for place, visitor in counted.visitors:
        salt = salts.get(place.day)
        if salt is not None and (place.host, place.path) in found:
            site_id, _ = found[place.host, place.path]
            tally.marks.add((site_id, place.day, digest_of(visitor, site_id, salt)))
    return tally


def _write(tally: _Tally) -> None:
    _add(_ADD_PAGE_VIEWS, [(*key, views) for key, views in sorted(tally.pages.items())])
    _add(_ADD_SITE_VISITS, [(*key, views, 0) for key, views in sorted(tally.sites.items())])
    _insert_marks(sorted(tally.marks))


def _add(statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])


def _insert_marks(rows: Sequence[tuple[int, date, bytes]]) -> None:
    marks = [VisitorMark(site_id=site_id, day=day, digest=digest) for site_id, day, digest in rows]
    VisitorMark.objects.bulk_create(marks, ignore_conflicts=True, batch_size=1000)


def close_days(today: date) -> int:
    """Turn the marks of days before `today` into figures, and delete them with their salts. Returns how many days ended."""
    with leave_site(), transaction.atomic():
        # Whoever still writes marks of such a day holds its salt; after this nobody does.
        salts = VisitSalt.objects.select_for_update().filter(day__lt=today)
        days = len(salts)
        marks = VisitorMark.objects.filter(day__lt=today)
        counts = marks.values_list("site_id", "day").annotate(count=Count("pk")).order_by("site_id", "day")
        _add(_ADD_SITE_VISITS, [(site_id, day, 0, count) for site_id, day, count in counts])
        _delete_before(today)
    return days


def _delete_before(today: date) -> None:
    """By one statement each: Django would read every mark first."""
    with connection.cursor() as cursor:
        for model in (VisitorMark, VisitSalt):
            cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE day < %s", [today])  # noqa: S608 - the table's own name
