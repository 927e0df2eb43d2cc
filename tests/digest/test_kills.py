"""A worker killed in the middle of a sending, and another that goes on: real processes, real servers."""

import subprocess
import sys
import time

import pytest

from legal_education.digest.models import DigestDelivery, Sending
from legal_education.digest.selectors import list_troubled
from site_core.dispatching import Dispatch
from tenants.current import enter_site
from tenants.models import Organisation
from tests.digest.samples import make_digest, make_reader, publish_issue
from tests.digest.servers import mail_server, sms_gateway

_WITHIN_S = 90
_READERS = 30


def start_worker(environment):
    command = [sys.executable, "-W", "ignore", "manage.py", "work"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_for(condition, worker):
    deadline = time.monotonic() + _WITHIN_S
    while not condition():
        assert worker.poll() is None, "the worker ended by itself"
        assert time.monotonic() < deadline, "it never came to be so"
        time.sleep(0.02)


@pytest.mark.kill
def test_worker_killed_in_the_middle_sends_nothing_twice_and_leaves_nobody_out(cluster_db, tmp_path):
    site = Organisation.objects.get(schema_name="kongtong")
    make_digest(site)
    emails = [f"reader{number}@example.invalid" for number in range(_READERS)]
    phones = [f"139000000{number:02d}" for number in range(_READERS)]
    for address in (*emails, *phones):
        make_reader(site, address)
    publish_issue(site)
    with mail_server(tmp_path / "smtp") as mails, sms_gateway(tmp_path / "sms") as gateway, enter_site(site):
        mails.set_faults(slow=0.1)
        gateway.set_faults(slow=1.0)
        environment = {
            **cluster_db.environment,
            "EMAIL_URL": f"smtp://127.0.0.1:{mails.port}",
            "SMS_GATEWAY_URL": gateway.url,
            "DIGEST_MINUTE_SECONDS": "6",
            "DJANGO_SETTINGS_MODULE": "tests.digest.mail_settings",
        }
        first = start_worker(environment)
        try:
            # Both channels are in the middle: a mail was taken, and the batch of phones is at the gateway, unanswered.
            wait_for(lambda: len(mails.mails()) >= 5 and gateway.messages(), first)
        finally:
            first.kill()
            first.wait()
        in_flight = DigestDelivery.objects.filter(state=Dispatch.SENDING, run__channel="email").count()
        mails.set_faults()
        gateway.set_faults()
        second = start_worker(environment)
        try:
            wait_for(lambda: not Sending.objects.get().runs.filter(is_done=False).exists(), second)
        finally:
            second.terminate()
            second.wait()
        there = mails.readers() + gateway.phones()
        unknown = list(DigestDelivery.objects.filter(state=Dispatch.UNKNOWN))
        waiting = {row.subscription.address for row in unknown}
        assert [each for each, times in there.items() if times > 1] == []
        assert [each for each in (*emails, *phones) if not there[each] and each not in waiting] == []
        assert len(unknown) <= in_flight <= 1
        assert not waiting & set(phones), "the gateway was asked"
        assert set(list_troubled(Sending.objects.get())) >= set(unknown)
