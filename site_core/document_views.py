"""Documents of a site: Django decides who may read, the media layer (or nginx) sends the bytes."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe
from wagtail import hooks

from site_core.media import protected_path
from site_core.models import SiteDocument
from site_core.uploads import CONTENT_TYPES
from tenants.current import current_site

UNKNOWN_TYPE = "application/octet-stream"
# What browsers show by themselves, in a viewer of their own, with what that viewer needs. Chromium's is an <object>
# with inline styles. No `sandbox`: today's Chromium draws a PDF with or without it, but older ones and Safari refuse
# to, and their viewers run the document apart from the site anyway.
_SHOWN_INLINE = {
    "application/pdf": "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
}
_CSP_OF_DOWNLOADS = "default-src 'none'; sandbox"


@require_safe
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


def _hand_over(document: SiteDocument) -> HttpResponse:
    kind = CONTENT_TYPES.get(document.file_extension.lower(), UNKNOWN_TYPE)
    is_private = bool(document.collection.get_view_restrictions())
    response = HttpResponse(content_type=kind)
    response.headers["X-Accel-Redirect"] = protected_path(current_site().schema_name, document.file.name)
    response.headers["Content-Disposition"] = _disposition(kind, document.filename)
    response.headers["Cache-Control"] = "private, no-store" if is_private else "public, max-age=600"
    response.headers["Content-Security-Policy"] = _SHOWN_INLINE.get(kind, _CSP_OF_DOWNLOADS)
    return response


def _disposition(kind: str, filename: str) -> str:
    is_download = kind not in _SHOWN_INLINE
    return content_disposition_header(as_attachment=is_download, filename=filename) or "attachment"
