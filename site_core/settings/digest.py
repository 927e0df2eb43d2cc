"""The mobile digest: the gateway that takes its short messages."""

from .env import ENV

SMS_GATEWAY_URL = ENV.sms_gateway_url
"""Where short messages are handed over; `file:///FOLDER` writes them there (demo), '' sends none."""
SMS_GATEWAY_TOKEN = ENV.sms_gateway_token
SMS_RECEIPT_SECRET = ENV.sms_receipt_secret
"""Signs the receipts that the gateway pushes; without it none is taken."""
DIGEST_MINUTE_SECONDS = ENV.digest_minute_seconds
"""Seconds of a minute, as waits of the digest count it. Below 60 for tests alone."""
