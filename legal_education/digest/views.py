"""Readers' own screens: subscribing, confirming, leaving; and where the gateway's receipts arrive.

None of them is kept by any cache, none tells whether an address is subscribed, and no address stands in any link.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import client_address
from legal_education.digest import limits
from legal_education.digest.channels import Channel
from legal_education.digest.forms import AddressForm, CodeForm, SubscribeForm
from legal_education.digest.models import DigestPage, Purpose
from legal_education.digest.receipts import (
    LONGEST_BODY,
    BadSignature,
    ReceiptsRefused,
    check_signature,
    read_receipts,
    take_receipts,
)
from legal_education.digest.selectors import find_digest, list_open_channels
from legal_education.digest.subscribing import ask, confirm_by_code, confirm_by_token, find_by_token, unsubscribe
from legal_education.digest.unsubscribing import find_by_unsubscribe_token

View = Callable[..., HttpResponse]
_ONE_CLICK = "One-Click"


def _for_one_reader(view: View) -> View:
    """Kept nowhere, listed nowhere, and leading nowhere else with its address."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        response["Referrer-Policy"] = "same-origin" if request.method == "GET" else "no-referrer"
        return response

    return never_cache(answer)


def _get_digest() -> DigestPage:
    digest = find_digest()
    if digest is None:
        raise Http404
    return digest


def _refuse_haste(request: HttpRequest) -> HttpResponse:
    return render(request, "legal_digest/haste.html", status=429)


@_for_one_reader
@sensitive_post_parameters("address")
@require_http_methods(["GET", "HEAD", "POST"])
def show_subscribe(request: HttpRequest) -> HttpResponse:
    """`/pufa/digest/`: the form; what was asked is answered at the address alone."""
    digest = _get_digest()
    form = SubscribeForm(request.POST or None, channels=list_open_channels(digest))
    if request.method == "POST" and not limits.may_ask(client_address(request)):
        return _refuse_haste(request)
    if request.method == "POST" and form.is_valid():
        return _ask(Purpose.SUBSCRIBE, form)
    return render(request, "legal_digest/subscribe.html", {"digest": digest, "form": form})


@_for_one_reader
@sensitive_post_parameters("address")
@require_http_methods(["GET", "HEAD", "POST"])
def show_leave(request: HttpRequest) -> HttpResponse:
    """`/pufa/digest/unsubscribe/`: for who has no link at hand."""
    digest = _get_digest()
    form = AddressForm(request.POST or None, channels=list_open_channels(digest))
    if request.method == "POST" and not limits.may_ask(client_address(request)):
        return _refuse_haste(request)
    if request.method == "POST" and form.is_valid():
        return _ask(Purpose.END, form)
    return render(request, "legal_digest/leave.html", {"digest": digest, "form": form})


def _ask(purpose: Purpose, form: AddressForm) -> HttpResponseRedirect:
    values = form.cleaned_data
    ref = ask(purpose, values["channel"], values["address"], values.get("audience", ""))
    if values["channel"] == Channel.SMS:
        return redirect("legal_digest_code", ref=ref)
    return redirect("legal_digest_asked")


@_for_one_reader
@require_safe
def show_asked(request: HttpRequest) -> HttpResponse:
    """What happens next, the same for every address."""
    return render(request, "legal_digest/asked.html", {"digest": _get_digest()})


@_for_one_reader
@require_http_methods(["GET", "HEAD", "POST"])
def show_code(request: HttpRequest, ref: UUID) -> HttpResponse:
    """The code of the short message. A request that there is not looks like one whose code is wrong."""
    digest = _get_digest()
    form = CodeForm(request.POST or None)
    if request.method == "POST" and not limits.may_try(client_address(request)):
        return _refuse_haste(request)
    if request.method == "POST" and form.is_valid():
        row = confirm_by_code(ref, form.cleaned_data["code"])
        if row is not None:
            return render(request, "legal_digest/done.html", {"digest": digest, "subscription": row})
        form.add_error("code", "验证码不正确或已过期。请核对后再填，或重新申请。")
    return render(request, "legal_digest/code.html", {"digest": digest, "form": form})


@_for_one_reader
@require_http_methods(["GET", "HEAD", "POST"])
def show_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a mail; a button, since programs follow links too."""
    row = confirm_by_token(token) if request.method == "POST" else find_by_token(token)
    context = {"digest": find_digest(), "subscription": row, "is_end": bool(row and row.purpose == Purpose.END)}
    if row is None:
        return render(request, "legal_digest/link_void.html", context, status=404)
    is_done = request.method == "POST" or row.used_at is not None
    return render(request, "legal_digest/done.html" if is_done else "legal_digest/confirm.html", context)


@csrf_exempt  # mail programs post here without any page of ours (RFC 8058); the token is what lets them
@_for_one_reader
@require_http_methods(["GET", "HEAD", "POST"])
def show_unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The link of every issue: GET changes nothing, POST ends the subscription, whoever posts and however often."""
    row = unsubscribe(token) if request.method == "POST" else find_by_unsubscribe_token(token)
    if row is None:
        return render(request, "legal_digest/link_void.html", {"digest": find_digest()}, status=404)
    if request.POST.get("List-Unsubscribe") == _ONE_CLICK:
        return HttpResponse("已退订。\n", content_type="text/plain; charset=utf-8")
    context = {"digest": find_digest(), "subscription": row, "is_end": True}
    return render(request, "legal_digest/done.html" if row.ended_at else "legal_digest/unsubscribe.html", context)


@csrf_exempt  # the gateway signs what it pushes
@never_cache
@require_POST
def receive_receipts(request: HttpRequest) -> JsonResponse:
    """`POST /pufa/digest/receipts/`: 200 with how many were ours, 400 not understood, 403 signed by nobody known, 413 too long."""
    if int(request.headers.get("Content-Length") or 0) > LONGEST_BODY:
        return JsonResponse({"error": "正文过长。"}, status=413)
    headers = request.headers
    try:
        check_signature(headers.get("X-Timestamp", ""), headers.get("X-Signature", ""), request.body)
        taken = take_receipts(read_receipts(request.body))
    except BadSignature as refusal:
        return JsonResponse({"error": str(refusal)}, status=403)
    except ReceiptsRefused as refusal:
        return JsonResponse({"error": str(refusal)}, status=400)
    return JsonResponse({"code": "OK", "taken": taken})
