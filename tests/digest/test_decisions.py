"""What people of the site decide about deliveries, and what they try on themselves."""

import pytest
from django.core import mail

from accounts.models import LedgerEntry
from legal_education.digest import actions
from legal_education.digest.models import (
    DigestDelivery,
)
from site_core.dispatching import Dispatch, DispatchRefused
from tenants.current import enter_site
from tests.digest.samples import make_reader, publish_issue, run_jobs, run_turns
from tests.factories import make_article, make_member

ONE, TWO, THREE = (f"reader{number}@example.invalid" for number in (1, 2, 3))
PHONE, OTHER = "13912345678", "13987654321"


def states(site, **which):
    with enter_site(site):
        rows = DigestDelivery.objects.filter(**which).select_related("subscription").order_by("pk")
        return [row.state for row in rows]


@pytest.fixture
def a(sites):
    return sites.a


class TestDecisions:
    @pytest.fixture
    def unknown(self, a, mails):
        make_reader(a, ONE)
        mails.set_faults(drop_after=1)
        publish_issue(a)
        with enter_site(a):
            run_turns("email")
            mails.set_faults()
            return DigestDelivery.objects.get()

    def test_person_decides_and_the_ledger_says_so(self, a, unknown, mails):
        boss = make_member(a, "site_admin")
        with enter_site(a):
            actions.decide(unknown.sending, [unknown.pk], actions.RESEND, acting_user=boss)
            run_turns("email")
        assert mails.readers() == {ONE: 2}, "a person wanted it twice"
        assert len({each["headers"]["Message-ID"] for each in mails.mails()}) == 1
        assert LedgerEntry.objects.get(action="digest.decided").detail == {"decision": "重新发送", "deliveries": 1}
        with enter_site(a), pytest.raises(actions.DecisionRefused):
            actions.decide(unknown.sending, [unknown.pk], actions.RESEND, acting_user=boss)

    @pytest.mark.parametrize(
        ("decision", "state"), [(actions.CONFIRM, Dispatch.SENT), (actions.GIVE_UP, Dispatch.FAILED)]
    )
    def test_other_decisions_send_nothing(self, a, unknown, mails, decision, state):
        boss = make_member(a, "site_admin")
        with enter_site(a):
            actions.decide(unknown.sending, [unknown.pk], decision, acting_user=boss)
            run_turns("email")
        assert states(a) == [state]
        assert mails.readers() == {ONE: 1}

    def test_editor_decides_nothing(self, a, unknown):
        from django.core.exceptions import PermissionDenied

        editor = make_member(a, "editor")
        with enter_site(a), pytest.raises(PermissionDenied):
            actions.decide(unknown.sending, [unknown.pk], actions.RESEND, acting_user=editor)

    def test_state_that_is_no_longer_so_changes_nothing(self, a, unknown):
        from legal_education.digest.sending.steps import move

        with enter_site(a):
            stale = DigestDelivery.objects.get()
            DigestDelivery.objects.update(state=Dispatch.SENT)
            with pytest.raises(DispatchRefused):
                move([stale], Dispatch.QUEUED)
            assert states(a) == [Dispatch.SENT]


def test_test_mail_goes_to_the_person_alone(sites):
    make_reader(sites.a, ONE)
    editor = make_member(sites.a, "editor")
    issue = publish_issue(sites.a, [make_article(sites.a, "文章甲")])
    with enter_site(sites.a):
        actions.ask_for_test(issue, acting_user=editor)
    run_jobs("send_test")
    assert [each.to for each in mail.outbox] == [[editor.email]]
    assert "文章甲" in mail.outbox[0].body
    with enter_site(sites.a):
        assert not DigestDelivery.objects.exists()
