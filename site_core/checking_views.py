"""The list of findings beside the editor."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from wagtail.models import Page

from site_core.page_forms import NUMBERS_CONFIRMED
from site_core.publication_checks import list_findings


def show_findings(request: HttpRequest, page_id: int) -> HttpResponse:
    """Findings on the page as its latest draft has it: a part of the checks panel, which asks again after each save.

    For whoever may edit the page; Http404, PermissionDenied.
    """
    page = get_object_or_404(Page, pk=page_id).get_latest_revision_as_object()
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    context = {"findings": list_findings(page), "confirmation": NUMBERS_CONFIRMED}
    return render(request, "site_core/editing/findings.html", context)
