"""System checks of the digest."""

from typing import Any

from django.conf import settings
from django.core.checks import Tags, Warning, register


@register(Tags.security, deploy=True)
def check_gateway_secrets(**kwargs: Any) -> list[Warning]:
    """A gateway by HTTP knows us by a token, and we know its receipts by a signature."""
    if not settings.SMS_GATEWAY_URL.startswith("http"):
        return []
    found = []
    if not settings.SMS_GATEWAY_TOKEN:
        found.append(
            Warning("The SMS gateway is asked without a token.", hint="SMS_GATEWAY_TOKEN", id="legal_education.W011")
        )
    if not settings.SMS_RECEIPT_SECRET:
        found.append(
            Warning("Receipts of the SMS gateway are not taken.", hint="SMS_RECEIPT_SECRET", id="legal_education.W012")
        )
    return found
