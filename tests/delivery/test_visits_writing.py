"""From counts in memory to figures by page, site and day."""

from datetime import date, timedelta

import pytest
from django.db import DataError, OperationalError
from django.utils import timezone
from wagtail.models import PageViewRestriction

from delivery.models import VisitorMark, VisitSalt
from delivery.visits.actions import close_days, record_visits
from delivery.visits.batch import Batch, Counted
from delivery.visits.flushing import Flusher
from delivery.visits.periods import MONTH, WEEK, YEAR, Period, find_period
from delivery.visits.salts import digest_of
from delivery.visits.selectors import YearTotals, get_year_totals, list_visits
from site_core.models import HomePage
from site_core.selectors import get_column
from tenants.current import enter_site, find_current_site
from tenants.kinds import SiteState
from tenants.models import Host, Organisation
from tests.delivery.visits import DAY, JINGNING, KONGTONG, count_marks, page_rows, place, reader, site_rows
from tests.factories import make_article, make_column, make_draft, path_of

TODAY = timezone.localdate()


def columns(site):
    with enter_site(site):
        return HomePage.objects.get().pk, get_column("tzgg").pk


def counted(*places, visitors=()):
    return Counted(dict(places), list(visitors))


def test_views_are_added_by_page_and_by_site(two_sites):
    home_a, tzgg_a = columns(two_sites.a)
    _, tzgg_b = columns(two_sites.b)
    batch = counted((place("/"), 2), (place(), 3), (place(host=JINGNING), 5), (place(day=DAY + timedelta(days=1)), 1))
    record_visits(batch)
    record_visits(batch)
    tomorrow = DAY + timedelta(days=1)
    assert page_rows() == {
        ("kongtong", home_a, DAY): 4,
        ("kongtong", tzgg_a, DAY): 6,
        ("kongtong", tzgg_a, tomorrow): 2,
        ("jingning", tzgg_b, DAY): 10,
    }
    assert site_rows() == {
        ("kongtong", DAY): (10, 0),
        ("kongtong", tomorrow): (2, 0),
        ("jingning", DAY): (10, 0),
    }


def test_what_nobody_may_read_is_not_counted(two_sites):
    public = make_article(two_sites.a)
    private = make_article(two_sites.a, "内部通知", private=True)
    draft = make_draft(two_sites.a)
    closed = path_of(two_sites.a, private)
    paths = [
        path_of(two_sites.a, public),
        closed,
        path_of(two_sites.a, draft),
        "/no/such/page/",
        "/tzgg",
        "/tzgg//",
        "/admin/",
    ]
    visitors = [(place(path), reader()) for path in paths[1:]]
    record_visits(counted(*((place(path, day=TODAY), 1) for path in paths), visitors=visitors))
    assert page_rows() == {("kongtong", public.pk, TODAY): 1}
    assert count_marks() == 0


def test_page_below_a_restricted_one_is_not_counted(two_sites):
    column = make_column(two_sites.a, "neibu", "内部栏目")
    article = make_article(two_sites.a, column="neibu")
    batch = counted((place(path_of(two_sites.a, article)), 1), (place("/neibu/"), 1))
    record_visits(batch)
    assert len(page_rows()) == 2
    with enter_site(two_sites.a):
        PageViewRestriction.objects.create(page=column, restriction_type=PageViewRestriction.LOGIN)
    record_visits(batch)
    assert set(page_rows().values()) == {1}


def test_only_the_primary_host_of_a_site_that_serves_counts(two_sites):
    Host.objects.create(tenant=two_sites.a, domain="alt.sfj.localhost", is_primary=False)
    Organisation.objects.filter(pk=two_sites.b.pk).update(state=SiteState.SUSPENDED)
    record_visits(counted(*((place(host=host), 1) for host in ("alt.sfj.localhost", "nobody.localhost", JINGNING))))
    assert site_rows() == {}


def test_writing_leaves_the_connection_where_it_was(two_sites):
    with enter_site(two_sites.b):
        record_visits(counted((place(), 1)))
        assert find_current_site() == two_sites.b
    assert list(site_rows()) == [("kongtong", DAY)]


def test_same_page_of_two_sites_is_two_pages(two_sites):
    """Their ids are often the same."""
    record_visits(counted((place(), 1), (place(host=JINGNING), 2)))
    assert {schema: views for (schema, _, _), views in page_rows().items()} == {"kongtong": 1, "jingning": 2}


def test_counting_drops_no_page_from_any_cache(two_sites, monkeypatch):
    monkeypatch.setattr("delivery.purge.send", lambda tags: pytest.fail(f"purged {tags}"))
    record_visits(visits_today((KONGTONG, 1)))
    close_days(TODAY + timedelta(days=1))
    assert site_rows() == {("kongtong", TODAY): (1, 1)}


# --- Visitors ------------------------------------------------------------------------------------------------


def visits_today(*visits):
    """Each (host, number of the reader) one view."""
    places = [(place(host=host, day=TODAY), reader(number)) for host, number in visits]
    return Counted({each: 1 for each, _ in places}, places)


def test_visitor_counts_once_a_day_and_site(two_sites):
    record_visits(visits_today((KONGTONG, 1), (KONGTONG, 2), (JINGNING, 1)))
    record_visits(visits_today((KONGTONG, 1)))
    assert count_marks() == 3
    digests = VisitorMark.objects.values_list("digest", flat=True)
    assert len({bytes(each) for each in digests}) == 3, "the same reader has another digest on another site"


def test_digest_tells_nothing_without_the_salt(two_sites):
    record_visits(visits_today((KONGTONG, 1)))
    (salt,) = [bytes(each.salt) for each in VisitSalt.objects.all()]
    (mark,) = VisitorMark.objects.all()
    assert bytes(mark.digest) == digest_of(reader(), two_sites.a.pk, salt)
    assert len(salt) == 32
    assert digest_of(reader(), two_sites.a.pk, b"another salt") != bytes(mark.digest)


def test_end_of_a_day_turns_marks_into_figures_and_throws_the_salt_away(two_sites):
    record_visits(visits_today((KONGTONG, 1), (KONGTONG, 2), (JINGNING, 1)))
    assert close_days(TODAY) == 0, "today is not over"
    assert count_marks() == 3
    for _ in range(2):
        close_days(TODAY + timedelta(days=1))
    assert site_rows() == {("kongtong", TODAY): (1, 2), ("jingning", TODAY): (1, 1)}
    assert (count_marks(), VisitSalt.objects.count()) == (0, 0)


def test_late_batch_of_a_closed_day_adds_views_and_no_visitors(two_sites):
    record_visits(Counted({place(): 2}, [(place(), reader())]))
    assert site_rows() == {("kongtong", DAY): (2, 0)}
    assert (count_marks(), VisitSalt.objects.count()) == (0, 0)


def test_visitors_of_today_are_counted_live_and_the_same_after_midnight(two_sites):
    record_visits(visits_today((KONGTONG, 1), (KONGTONG, 2)))
    live = list_visits(two_sites.a, Period(TODAY, TODAY))
    close_days(TODAY + timedelta(days=1))
    assert list_visits(two_sites.a, Period(TODAY, TODAY)) == live
    assert (live[0].views, live[0].visitors) == (1, 2)


# --- Reads ---------------------------------------------------------------------------------------------------


def test_totals_of_a_year_are_those_of_the_site_and_of_all(two_sites):
    record_visits(visits_today((KONGTONG, 1), (KONGTONG, 2), (JINGNING, 1)))
    record_visits(counted((place(day=date(TODAY.year - 1, 12, 31)), 7)))
    assert get_year_totals(two_sites.a, TODAY.year) == YearTotals(1, 2)
    assert get_year_totals(two_sites.b, TODAY.year) == YearTotals(1, 1)
    assert get_year_totals(None, TODAY.year) == YearTotals(2, 3)
    assert get_year_totals(None, TODAY.year - 1) == YearTotals(7, 0)


@pytest.mark.parametrize(
    ("choice", "first", "steps"),
    [(WEEK, date(2026, 2, 26), 7), (MONTH, date(2026, 2, 3), 30), (YEAR, date(2025, 4, 1), 12), ("x' --", date(2026, 2, 3), 30)],
)  # fmt: skip
def test_period_ends_today_and_has_its_steps(choice, first, steps):
    _, period = find_period(choice, date(2026, 3, 4))
    assert (period.first, period.last, len(list(period))) == (first, date(2026, 3, 4), steps)


def test_year_that_ends_in_december_begins_in_january():
    assert find_period(YEAR, date(2026, 12, 31))[1].first == date(2026, 1, 1)


# --- The database away ---------------------------------------------------------------------------------------


class Database:
    """Writes that fail as they are told to."""

    def __init__(self, *outcomes):
        self.outcomes, self.written = list(outcomes), []

    def write(self, counted, note):
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if outcome is not None:
            raise outcome
        self.written.append(sum(counted.views.values()))


def flusher_on(database, **options):
    batch = Batch()
    flusher = Flusher(batch, write=database.write, was_committed=lambda _: False, **options)
    return batch, flusher


def test_batch_waits_for_the_database_and_is_written_once():
    database = Database(OperationalError("gone"), OperationalError("gone"))
    batch, flusher = flusher_on(database)
    batch.add(place(), reader())
    assert (flusher.flush(), database.written) == (False, [])
    batch.add(place("/"), reader())
    assert (flusher.flush(), database.written) == (False, [])
    assert (flusher.flush(), database.written) == (True, [1, 1])
    assert (flusher.flush(), database.written) == (True, [1, 1])


def test_batch_that_can_never_be_written_does_not_block_the_next(caplog):
    database = Database(*[DataError("bad")] * 3)
    batch, flusher = flusher_on(database)
    batch.add(place(), reader())
    assert [flusher.flush() for _ in range(2)] == [False, False]
    batch.add(place("/"), reader())
    batch.add(place("/"), reader())
    assert flusher.flush()
    assert database.written == [2]
    assert "dropped" in caplog.text
