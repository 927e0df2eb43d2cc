"""Certificates: found by their code, and drawn as SVG.

SVG, because nothing has to be installed for it: Chinese letters come from the reader's device, which has them, where
Pillow would need fonts on the server (tens of megabytes, and none on a plain Debian). A picture costs one millisecond in
place of a hundred, when two thousand people finish together, and is sharp on paper. Who wants a bitmap, for a telephone's
album, gets it from the page's own script, which draws this picture on a canvas.
"""

from datetime import datetime
from typing import Any
from urllib.parse import quote

import segno
from django.template.loader import render_to_string
from django.utils import timezone

from legal_education.quiz.models import Certificate
from tenants.current import current_site, root_url

_WIDE_NAME = 8
_LINE = 26


def verify_url(code: str) -> str:
    """Where everybody can see whether the certificate is one."""
    return f"{root_url()}/pufa/quiz/verify/{quote(code)}/"


def find_by_code(text: str) -> Certificate | None:
    """The certificate of a code that somebody typed: small letters, spaces and missing hyphens are forgiven."""
    letters = "".join(char for char in text.upper() if char.isalnum())
    if len(letters) != 12 or not letters.isascii():
        return None
    code = "-".join((letters[:4], letters[4:8], letters[8:]))
    return Certificate.objects.select_related("participant", "attempt__quiz").filter(code=code).first()


def draw_certificate(certificate: Certificate, brand: str) -> str:
    """The picture as SVG, in the site's colour."""
    attempt = certificate.attempt
    context: dict[str, Any] = {
        "name": certificate.participant.name,
        "is_wide": len(certificate.participant.name) > _WIDE_NAME,
        "title_lines": _break(attempt.quiz.title),
        "score": attempt.score,
        "full_score": attempt.full_score,
        "date": _say_date(attempt.submitted_at or certificate.issued_at),
        "issuer": current_site().name,
        "code": certificate.code,
        "brand": brand,
        "qr": _draw_qr(verify_url(certificate.code)),
    }
    return render_to_string("quiz/certificate.svg", context)


def _break(title: str) -> list[str]:
    """At most two lines and the rest of a third, each as long as fits."""
    return [title[start : start + _LINE] for start in range(0, len(title), _LINE)]


def _say_date(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"{local.year}年{local.month}月{local.day}日"


def _draw_qr(url: str) -> dict[str, Any]:
    """Path data on a grid of `size` modules, quiet zone included."""
    rows = [list(row) for row in segno.make(url, error="m").matrix_iter(border=2)]
    dark = [(x, y) for y, row in enumerate(rows) for x, module in enumerate(row) if module]
    return {"size": len(rows), "path": "".join(f"M{x} {y}h1v1h-1z" for x, y in dark)}
