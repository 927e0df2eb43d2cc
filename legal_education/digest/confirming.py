"""The messages that ask a reader whether the request was his."""

from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from legal_education.digest.channels import Channel
from legal_education.digest.composing import tidy
from legal_education.digest.gateway import SmsBatch, open_gateway
from legal_education.digest.models import DigestPage, Purpose
from legal_education.digest.outcomes import Away, Retry
from legal_education.digest.subscribing import CODE_MINUTES, LINK_HOURS, Prepared
from tenants.current import current_site, root_url


class CodeNotTaken(RuntimeError):
    """The gateway takes nothing at the moment; the job comes again."""


def send_confirmation(prepared: Prepared) -> None:
    """Ask at the address. Raises what the mail server raises, and CodeNotTaken."""
    if prepared.subscription.channel == Channel.EMAIL:
        _mail_link(prepared)
    else:
        _send_code(prepared)


def _mail_link(prepared: Prepared) -> None:
    site, row = current_site(), prepared.subscription
    is_end = row.purpose == Purpose.END
    context = {
        "site": site,
        "digest": DigestPage.objects.single(),
        "subscription": row,
        "audience": row.get_wanted_audience_display(),
        "is_end": is_end,
        "link": root_url() + reverse("legal_digest_confirm", args=[prepared.secret]),
        "hours": LINK_HOURS,
    }
    subject = "请确认退订普法手机报" if is_end else "请确认订阅普法手机报"
    EmailMessage(
        subject=f"［{site.short_name}］{subject}",
        body=tidy(render_to_string("legal_digest/mail/confirm.txt", context)),
        from_email=formataddr((site.short_name, settings.DEFAULT_FROM_EMAIL)),
        to=[row.address],
    ).send()


def _send_code(prepared: Prepared) -> None:
    """Whether a gateway without an answer took it nobody needs to know: the reader asks for another code."""
    digest, row = DigestPage.objects.single(), prepared.subscription
    if digest is None or not digest.sms_code_template_id:
        return
    batch = SmsBatch(
        [row.address],
        digest.sms_sign,
        digest.sms_code_template_id,
        {"code": prepared.secret, "minutes": str(CODE_MINUTES)},
        f"{current_site().schema_name}.code-{row.secret_digest[:32]}",
    )
    with open_gateway() as gateway:
        outcome = gateway.send(batch)
    if isinstance(outcome, Away | Retry):
        raise CodeNotTaken(outcome.code)
