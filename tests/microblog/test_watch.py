"""What has to be noticed in time is told in time, to the right people, and not every day anew."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from microblog.models import Connection
from microblog.watch.alarms import list_alarms
from microblog.watch.telling import WatchedAccount, tell_all
from tests.factories import make_member
from tests.microblog.samples import make_account

NOW = timezone.now()


def account(**fields) -> WatchedAccount:
    values = {
        "state": "live",
        "filing_number": "平网备1号",
        "last_post_at": NOW,
        "token_expires_at": None,
        "problem": "",
    }
    return WatchedAccount(**{**values, **fields})


@pytest.mark.parametrize(
    ("days", "expected"), [(9.9, []), (10, ["amber"]), (13.9, ["amber"]), (14, ["red"]), (100, ["red"])]
)
def test_silence(days, expected):
    found = list_alarms(account(last_post_at=NOW - timedelta(days=days)), NOW)
    assert [alarm.level for alarm in found] == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [(7.1, []), (7, [("amber", 1)]), (3, [("amber", 2)]), (1, [("red", 3)]), (0, [("red", 4)]), (-5, [("red", 4)])],
)
def test_expiry(days, expected):
    found = list_alarms(account(token_expires_at=NOW + timedelta(days=days)), NOW)
    assert [(alarm.level, alarm.step) for alarm in found] == expected


def test_account_without_filing_and_one_that_needs_help():
    assert [alarm.kind for alarm in list_alarms(account(filing_number="", problem="auth"), NOW)] == [
        "filing",
        "problem",
    ]


def test_account_that_is_closed_needs_nothing():
    assert list_alarms(account(state="closed", filing_number="", last_post_at=None), NOW) == []


def test_administrators_are_told_once_and_again_when_it_is_worse(in_kongtong):
    make_member(in_kongtong, "site_admin", "ktadmin")
    make_member(in_kongtong, "editor", "kteditor")
    made = make_account(in_kongtong, filing_number="平网备1号")
    Connection.objects.update(last_post_at=NOW - timedelta(days=11))
    assert tell_all(NOW) == 1
    assert tell_all(NOW) == 0
    assert tell_all(NOW + timedelta(days=4)) == 1
    assert [message.to for message in mail.outbox] == [["ktadmin@example.invalid"]] * 2
    assert "11 天未更新" in mail.outbox[0].body
    assert made.name in mail.outbox[0].subject


def test_silence_that_was_broken_is_told_of_anew(in_kongtong):
    make_member(in_kongtong, "site_admin", "ktadmin")
    make_account(in_kongtong, filing_number="平网备1号")
    Connection.objects.update(last_post_at=NOW - timedelta(days=11))
    tell_all(NOW)
    Connection.objects.update(last_post_at=NOW)
    tell_all(NOW)
    Connection.objects.update(last_post_at=NOW - timedelta(days=12))
    assert tell_all(NOW) == 1


def test_other_sites_are_not_told(in_kongtong, two_sites):
    make_member(two_sites.b, "site_admin", "jnadmin")
    make_account(in_kongtong)
    tell_all(NOW)
    assert mail.outbox == []
