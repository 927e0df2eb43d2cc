"""The salt of a day, and the digests of its visitors. Without the salt, which goes with its day, a digest says nothing."""

import secrets
from datetime import date
from hashlib import blake2b

from django.utils import timezone

from delivery.models import VisitSalt
from tenants.connection import connection

from .batch import Visitor

_SALT_BYTES, DIGEST_BYTES = 32, 16


def find_salt(day: date) -> bytes | None:
    """The salt of the day, the same for all processes and machines; None where the day is over and its salt gone.

    Inside a transaction: until its end the day's salt cannot be deleted.
    """
    table = VisitSalt._meta.db_table
    with connection.cursor() as cursor:
        if day >= timezone.localdate():
            cursor.execute(
                f"INSERT INTO {table} (day, salt) VALUES (%s, %s) ON CONFLICT (day) DO NOTHING",  # noqa: S608 - the table's own name
                [day, secrets.token_bytes(_SALT_BYTES)],
            )
        cursor.execute(f"SELECT salt FROM {table} WHERE day = %s FOR KEY SHARE", [day])  # noqa: S608 - as above
        row = cursor.fetchone()
    return bytes(row[0]) if row else None


def digest_of(visitor: Visitor, site_id: int, salt: bytes) -> bytes:
    """16 bytes by which the visitor is known again on this site and this day, and nowhere else."""
    told = f"{site_id}\0{visitor.address}\0{visitor.user_agent}".encode(errors="surrogateescape")
    return blake2b(told, key=salt, digest_size=DIGEST_BYTES).digest()
