"""The two ways to a subscriber, and how an address of each is written, found again and shown without giving it away."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models

from accounts.crypto import blind_index
from tenants.current import current_site

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LONGEST_EMAIL = 254


class Channel(models.TextChoices):
    """How a digest comes to its reader."""

    EMAIL = "email", "电子邮件"
    SMS = "sms", "短信"


def normalise(channel: str, text: str) -> str:
    """The address in its one form. Raises ValidationError with words for the reader."""
    return _normalise_mobile(text) if channel == Channel.SMS else _normalise_email(text)


def _normalise_mobile(text: str) -> str:
    digits = re.sub(r"[\s-]", "", text)
    digits = re.sub(r"^(?:\+|00)?86(?=1)", "", digits)
    if not _MOBILE.fullmatch(digits):
        raise ValidationError("请填写 11 位手机号码。")
    return digits


def _normalise_email(text: str) -> str:
    address = text.strip().lower()
    try:
        validate_email(address)
    except ValidationError as problem:
        raise ValidationError("请填写正确的电子邮箱，如 name@example.com。") from problem
    if len(address) > _LONGEST_EMAIL or not address.isascii():
        raise ValidationError("请填写正确的电子邮箱，如 name@example.com。")
    return address


def index_of(channel: str, address: str) -> str:
    """The blind index of the address: equal for equal addresses of the current site, and worth nothing on another."""
    return blind_index(address, f"digest {channel} {current_site().schema_name}")


def mask(channel: str, address: str) -> str:
    """As much of the address as its owner needs to know it again: 138****0011, zh***@example.com."""
    if not address:
        return "（已删除）"
    if channel == Channel.SMS:
        return f"{address[:3]}****{address[-4:]}"
    name, _, host = address.partition("@")
    return f"{name[: min(2, len(name) - 1)]}***@{host}"


def scrub(text: str, address: str) -> str:
    """What a server said, without the address in it."""
    return re.sub(re.escape(address), "＊＊＊", text, flags=re.IGNORECASE) if address else text
