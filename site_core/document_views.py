"""Documents of a site: Django decides who may read, the media layer (or nginx) sends the bytes."""

import mimetypes
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from wagtail import hooks

from site_core.media import protected_path
from site_core.models import SiteDocument
from tenants.current import current_site

# What browsers show by themselves without running anything.
_SHOWN_INLINE = frozenset({"application/pdf"})


@transaction.non_atomic_requests
def serve_document(request: HttpRequest, document_id: int, document_filename: str) -> HttpResponseBase:
    """The file, where the reader may have it; 404 for another site's id, which is nothing here."""
    document = get_object_or_404(SiteDocument, pk=document_id)
    if document_filename != document.filename:
        raise Http404
    for hook in hooks.get_hooks("before_serve_document"):
        answer = hook(document, request)
        if isinstance(answer, HttpResponseBase):
            return answer
    return _hand_over(document)


def _hand_over(document: Any) -> HttpResponse:
    kind = mimetypes.guess_type(document.filename)[0] or "application/octet-stream"
    response = HttpResponse(content_type=kind)
    response.headers["X-Accel-Redirect"] = protected_path(current_site().schema_name, document.file.name)
    way = "inline" if kind in _SHOWN_INLINE else "attachment"
    response.headers["Content-Disposition"] = _disposition(way, document.filename)
    private = bool(document.collection.get_view_restrictions())
    response.headers["Cache-Control"] = "private, no-store" if private else "public, max-age=600"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _disposition(way: str, filename: str) -> str:
    from django.utils.http import content_disposition_header

    return content_disposition_header(way == "attachment", filename) or way
