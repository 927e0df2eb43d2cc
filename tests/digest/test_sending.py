"""From a published issue to its readers: each once, and the truth about each."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import LedgerEntry
from legal_education.digest.models import (
    ChannelRun,
    DeliveryNote,
    DigestDelivery,
    DigestIssuePage,
    Sending,
    Subscription,
)
from legal_education.digest.sending import by_mail, planning
from legal_education.digest.sending.by_mail import make_message_id
from legal_education.digest.sending.turns import work_off
from legal_education.digest.subscribing import unsubscribe
from legal_education.digest.unsubscribing import make_unsubscribe_token
from site_core.dispatching import Dispatch
from tenants.current import enter_site
from tests.digest.samples import make_reader, publish_issue, run_turns

ONE, TWO, THREE = (f"reader{number}@example.invalid" for number in (1, 2, 3))
PHONE, OTHER = "13912345678", "13987654321"


def states(site, **which):
    with enter_site(site):
        rows = DigestDelivery.objects.filter(**which).select_related("subscription").order_by("pk")
        return [row.state for row in rows]


@pytest.fixture
def a(sites):
    return sites.a


class TestPlanning:
    def test_publication_plans_one_sending_however_often_it_is_published(self, a):
        issue = publish_issue(a)
        with enter_site(a):
            issue.save_revision().publish()
            assert Sending.objects.count() == 1
            assert ChannelRun.objects.count() == 2

    def test_draft_plans_nothing(self, a):
        with enter_site(a):
            from tests.digest.samples import build_issue

            issue = build_issue(a)
            issue.live = False
            from legal_education.digest.models import DigestPage

            DigestPage.objects.get().add_child(instance=issue)
            issue.save_revision()
            assert not Sending.objects.exists()

    def test_nothing_is_sent_before_its_time(self, a):
        make_reader(a, ONE)
        publish_issue(a, send_at=timezone.now() + timedelta(hours=2))
        with enter_site(a):
            again = [work_off(run.pk) for run in ChannelRun.objects.all()]
            assert all(each > timezone.now() + timedelta(hours=1) for each in again)
            assert mail.outbox == []
            Sending.objects.update(send_at=timezone.now())
            run_turns()
            assert [each.to for each in mail.outbox] == [[ONE]]

    def test_withdrawn_issue_stops_and_goes_on_when_it_is_public_again(self, a):
        make_reader(a, ONE)
        issue = publish_issue(a, send_at=timezone.now() + timedelta(hours=2))
        with enter_site(a):
            issue.unpublish()
            Sending.objects.update(send_at=timezone.now())
            run_turns()
            assert mail.outbox == []
            DigestIssuePage.objects.get().save_revision().publish()
            Sending.objects.update(send_at=timezone.now())
            run_turns()
            assert len(mail.outbox) == 1

    def test_old_issue_put_in_later_is_sent_to_nobody(self, a):
        from django.db import transaction

        from legal_education.digest.models import DigestPage
        from site_core.actions import publish_page
        from tests.digest.samples import build_issue

        make_reader(a, ONE)
        with enter_site(a), transaction.atomic():
            publish_page(
                DigestPage.objects.get(),
                build_issue(a),
                public_at=timezone.now() - timedelta(days=30),
                reason="补录",
            )
            assert not Sending.objects.exists()

    def test_readers_are_those_of_the_audience_and_of_the_moment(self, a):
        make_reader(a, ONE)
        make_reader(a, TWO, "farmers")
        make_reader(a, THREE, "youth")
        make_reader(a, "pending@example.invalid", state="pending")
        publish_issue(a, audience="farmers")
        with enter_site(a):
            run_turns()
            assert sorted(each.to[0] for each in mail.outbox) == [ONE, TWO]
            make_reader(a, "late@example.invalid", "farmers")
            run_turns()
            assert len(mail.outbox) == 2

    def test_list_is_made_in_batches_and_once(self, a, monkeypatch):
        monkeypatch.setattr(planning, "ROWS_A_BATCH", 2)
        for number in range(5):
            make_reader(a, f"r{number}@example.invalid")
        publish_issue(a)
        with enter_site(a):
            run = ChannelRun.objects.select_related("sending").get(channel="email")
            planning.begin(run.sending_id)
            assert planning.make_rows(run) is False
            ChannelRun.objects.update(made_through=0)  # a batch that ran again
            while not planning.make_rows(run):
                pass
            assert DigestDelivery.objects.count() == 5

    def test_the_beginning_stands_in_the_ledger_without_any_address(self, a):
        make_reader(a, ONE)
        publish_issue(a)
        with enter_site(a):
            run_turns()
        entry = LedgerEntry.objects.get(action="digest.sending_begun")
        assert entry.detail["readers"] == {"email": 1, "sms": 0}
        assert ONE not in str(entry.detail)

    def test_other_site_sends_nothing(self, sites):
        make_reader(sites.b, ONE)
        publish_issue(sites.a)
        for site in (sites.a, sites.b):
            with enter_site(site):
                run_turns()
        assert mail.outbox == []


class TestByMail:
    def test_mail_has_both_bodies_and_a_way_out_of_its_own(self, a, mails):
        reader = make_reader(a, ONE)
        issue = publish_issue(a)
        with enter_site(a):
            run_turns("email")
            token, message_id = make_unsubscribe_token(reader), make_message_id(issue.origin_key, reader)
        (sent,) = mails.mails()
        link = f"/pufa/digest/unsubscribe/{token}/"
        assert sent["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert link in sent["headers"]["List-Unsubscribe"]
        assert sent["headers"]["Message-ID"].strip() == message_id
        for body in sent["bodies"].values():
            assert link in body
            assert "第1期的文章" in body
            assert "unsubscribe.invalid" not in body
        assert set(sent["bodies"]) == {"text/plain", "text/html"}
        assert states(a) == [Dispatch.SENT]
        with enter_site(a):
            assert not DeliveryNote.objects.exists(), "the usual way leaves no history"

    def test_line_dropped_after_the_mail_was_taken_leaves_it_unknown_and_sends_it_no_more(self, a, mails):
        for address in (ONE, TWO, THREE):
            make_reader(a, address)
        mails.set_faults(drop_after=2)
        publish_issue(a)
        with enter_site(a):
            run_turns("email")
            run_turns("email")
        assert mails.readers() == {ONE: 1, TWO: 1, THREE: 1}
        assert states(a) == [Dispatch.SENT, Dispatch.UNKNOWN, Dispatch.SENT]
        with enter_site(a):
            row = DigestDelivery.objects.get(state=Dispatch.UNKNOWN)
            assert row.waits_for_person
            assert row.notes.count() == 1

    def test_line_dropped_before_the_mail_was_taken_sends_it_again(self, a, mails):
        for address in (ONE, TWO, THREE):
            make_reader(a, address)
        mails.set_faults(drop_before=2)
        publish_issue(a)
        with enter_site(a):
            run_turns("email")
        assert mails.readers() == {ONE: 1, TWO: 1, THREE: 1}
        assert states(a) == [Dispatch.SENT] * 3

    def test_refusals_are_told_apart_and_name_nobody(self, a, mails, monkeypatch):
        monkeypatch.setattr(by_mail, "MOST_ATTEMPTS", 3)
        for address in (ONE, TWO, THREE):
            make_reader(a, address)
        mails.set_faults(refuse=[ONE], later=[TWO])
        publish_issue(a)
        with enter_site(a):
            run_turns("email", most=1)
            DigestDelivery.objects.update(next_at=timezone.now())
            mails.set_faults(refuse=[ONE])
            run_turns("email")
            failed = DigestDelivery.objects.get(state=Dispatch.FAILED)
        assert states(a) == [Dispatch.FAILED, Dispatch.SENT, Dispatch.SENT]
        assert failed.error_code == "550"
        assert "no such mailbox" in failed.error_text
        assert ONE not in failed.error_text

    def test_server_that_is_away_costs_nothing_but_time(self, a, mails, settings):
        make_reader(a, ONE)
        publish_issue(a)
        port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
        with enter_site(a):
            ChannelRun.objects.update(next_at=timezone.now())
            run = ChannelRun.objects.get(channel="email")
            assert work_off(run.pk) > timezone.now()
            run.refresh_from_db()
            assert (run.failures, bool(run.problem)) == (1, True)
            assert states(a) == [Dispatch.QUEUED]
            settings.EMAIL_PORT = port
            run_turns("email")
            run.refresh_from_db()
            assert (run.failures, run.problem, run.is_done) == (0, "", True)
        assert mails.readers() == {ONE: 1}

    def test_many_mails_go_by_one_line(self, a, mails):
        for number in range(12):
            make_reader(a, f"r{number}@example.invalid")
        publish_issue(a)
        with enter_site(a):
            run_turns("email")
        assert sum(mails.readers().values()) == 12

    def test_whoever_left_meanwhile_is_not_written_to(self, a):
        reader = make_reader(a, ONE)
        publish_issue(a)
        with enter_site(a):
            run = ChannelRun.objects.select_related("sending").get(channel="email")
            planning.begin(run.sending_id)
            planning.make_rows(run)
            unsubscribe(make_unsubscribe_token(reader))
            run_turns("email")
        assert mail.outbox == []
        assert states(a) == [Dispatch.WITHDRAWN]

    def test_row_left_by_a_dead_worker_is_unknown_and_listed(self, a, mails):
        make_reader(a, ONE)
        make_reader(a, TWO)
        publish_issue(a)
        with enter_site(a):
            run = ChannelRun.objects.select_related("sending").get(channel="email")
            planning.begin(run.sending_id)
            planning.make_rows(run)
            DigestDelivery.objects.filter(subscription__uid=Subscription.objects.last().uid).update(state="sending")
            run_turns("email")
        assert sorted(states(a)) == [Dispatch.SENT, Dispatch.UNKNOWN]
        assert sum(mails.readers().values()) == 1
