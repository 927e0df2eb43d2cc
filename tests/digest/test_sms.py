"""Short messages: in batches, each reader once, whatever the gateway does; and its receipts."""

import pytest
from django.utils import timezone

from legal_education.digest.gateway import sign_receipts
from legal_education.digest.models import (
    ChannelRun,
    DigestDelivery,
)
from legal_education.digest.sending import by_sms
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


class TestBySms:
    def test_readers_get_one_text_in_batches(self, a, gateway, monkeypatch):
        monkeypatch.setattr(by_sms, "PHONES_A_BATCH", 2)
        for number in range(5):
            make_reader(a, f"1390000000{number}")
        publish_issue(a)
        with enter_site(a):
            run_turns("sms")
        assert set(gateway.phones().values()) == {1}
        assert len(gateway.phones()) == 5
        assert len({each["out_id"] for each in gateway.messages()}) == 3
        assert states(a) == [Dispatch.SENT] * 5
        first = gateway.messages()[0]
        assert (first["sign"], first["params"]["title"]) == ("某司法", "手机报第1期")

    def test_batch_that_was_taken_without_an_answer_is_found_at_the_gateway(self, a, gateway):
        make_reader(a, PHONE)
        make_reader(a, OTHER)
        gateway.set_faults(drop_after=1)
        publish_issue(a)
        with enter_site(a):
            run_turns("sms", most=1)
            assert states(a) == [Dispatch.UNKNOWN] * 2
            DigestDelivery.objects.update(next_at=timezone.now())
            run_turns("sms")
            row = DigestDelivery.objects.first()
            assert row.notes.count() == 2
        assert states(a) == [Dispatch.SENT] * 2
        assert gateway.phones() == {PHONE: 1, OTHER: 1}
        assert (row.remote_id, row.receipt) == ("biz-found", "delivered")

    def test_gateway_whose_list_lags_is_asked_twice_before_anything_is_repeated(self, a, gateway):
        make_reader(a, PHONE)
        gateway.set_faults(drop_after=1, lag=1)
        publish_issue(a)
        with enter_site(a):
            for _ in range(4):
                run_turns("sms", most=1)
                DigestDelivery.objects.update(next_at=timezone.now())
        assert gateway.phones() == {PHONE: 1}
        assert states(a) == [Dispatch.SENT]

    def test_batch_that_never_arrived_is_sent_again_under_the_same_id(self, a, gateway):
        make_reader(a, PHONE)
        gateway.set_faults(silent=True)
        publish_issue(a)
        with enter_site(a):
            run_turns("sms", most=1)
            out_id = DigestDelivery.objects.get().out_id
            gateway.set_faults()
            for _ in range(4):
                DigestDelivery.objects.update(next_at=timezone.now())
                run_turns("sms", most=1)
        assert gateway.phones() == {PHONE: 1}
        assert gateway.messages()[0]["out_id"] == out_id
        assert states(a) == [Dispatch.SENT]

    def test_slow_gateway_is_not_written_to_twice(self, a, gateway):
        make_reader(a, PHONE)
        gateway.set_faults(slow=1)
        publish_issue(a)
        with enter_site(a):
            for _ in range(4):
                run_turns("sms", most=1)
                DigestDelivery.objects.update(next_at=timezone.now())
        assert gateway.phones() == {PHONE: 1}
        assert states(a) == [Dispatch.SENT]

    def test_one_bad_number_does_not_spoil_its_batch(self, a, gateway):
        make_reader(a, PHONE)
        make_reader(a, OTHER)
        gateway.set_faults(refuse_phones=[PHONE])
        publish_issue(a)
        with enter_site(a):
            run_turns("sms")
        assert gateway.phones() == {OTHER: 1}
        assert states(a) == [Dispatch.FAILED, Dispatch.SENT]

    def test_busy_gateway_is_asked_later(self, a, gateway):
        make_reader(a, PHONE)
        gateway.set_faults(busy=2)
        publish_issue(a)
        with enter_site(a):
            for _ in range(4):
                DigestDelivery.objects.update(next_at=timezone.now())
                run_turns("sms", most=1)
        assert gateway.phones() == {PHONE: 1}
        assert states(a) == [Dispatch.SENT]

    def test_wrong_token_holds_everything_up_and_says_so(self, a, gateway):
        make_reader(a, PHONE)
        gateway.set_faults(unauthorised=True)
        publish_issue(a)
        with enter_site(a):
            run_turns("sms", most=1)
            run = ChannelRun.objects.get(channel="sms")
        assert states(a) == [Dispatch.QUEUED]
        assert "SMS_GATEWAY_TOKEN" in run.problem


class TestReceipts:
    def push(self, client, body, secret_time=None):
        import json

        raw = json.dumps(body).encode()
        at = secret_time or str(int(timezone.now().timestamp()))
        headers = {"X-Timestamp": at, "X-Signature": sign_receipts(at, raw)}
        return client.post("/pufa/digest/receipts/", raw, content_type="application/json", headers=headers)

    @pytest.fixture
    def out_id(self, a, gateway, settings):
        settings.SMS_RECEIPT_SECRET = "secret"
        make_reader(a, PHONE)
        publish_issue(a)
        with enter_site(a):
            run_turns("sms")
            return DigestDelivery.objects.get().out_id

    def receipt(self, out_id, **fields):
        return {"out_id": out_id, "phone": PHONE, "status": "DELIVERED", "report_time": "2026-11-27 10:00:00", **fields}

    def test_receipt_finds_its_row_from_any_host(self, sites, out_id, client_of):
        answer = self.push(client_of(sites.b), [self.receipt(out_id)])
        assert answer.json() == {"code": "OK", "taken": 1}
        with enter_site(sites.a):
            assert DigestDelivery.objects.get().receipt == "delivered"

    def test_receipt_of_an_undelivered_message_says_so(self, sites, out_id, client_of):
        self.push(client_of(sites.a), self.receipt(out_id, status="UNDELIV"))
        with enter_site(sites.a):
            row = DigestDelivery.objects.get()
        assert (row.receipt, row.receipt_code, row.state) == ("undelivered", "UNDELIV", Dispatch.SENT)

    def test_receipt_answers_for_what_is_unknown(self, sites, out_id, client_of):
        with enter_site(sites.a):
            DigestDelivery.objects.update(state=Dispatch.UNKNOWN)
        self.push(client_of(sites.a), self.receipt(out_id))
        assert states(sites.a) == [Dispatch.SENT]

    def test_unsigned_stale_and_strange_receipts_are_refused(self, sites, out_id, client_of, settings):
        client = client_of(sites.a)
        assert client.post("/pufa/digest/receipts/", b"{}", content_type="application/json").status_code == 403
        assert self.push(client, self.receipt(out_id), secret_time="1000000000").status_code == 403
        assert self.push(client, {"phone": PHONE}).status_code == 400
        assert self.push(client, self.receipt("nowhere.123")).json()["taken"] == 0
        settings.SMS_RECEIPT_SECRET = ""
        assert self.push(client, self.receipt(out_id)).status_code == 403
        with enter_site(sites.a):
            assert DigestDelivery.objects.get().receipt == ""
