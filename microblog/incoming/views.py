"""Where pushes arrive. Whoever has no account's id learns nothing from it."""

from uuid import UUID

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from microblog.adapters.signatures import SignatureRefused
from microblog.incoming.pushing import LONGEST_BODY, Push, PushRefused, PushRepeated, take_push
from microblog.incoming.receiving import StillSending
from microblog.models import Account, AccountState


@csrf_exempt
@require_POST
def receive_push(request: HttpRequest, uid: UUID) -> JsonResponse:
    """`POST /micro/push/<account>/`: 201 taken, 200 known, 400 not understood, 403 signed by nobody known, 409 twice, 503 later."""
    account = Account.objects.filter(uid=uid).exclude(state=AccountState.CLOSED).first()
    if account is None:
        raise Http404
    if int(request.headers.get("Content-Length") or 0) > LONGEST_BODY:
        return JsonResponse({"error": "正文过长。"}, status=413)
    try:
        page = take_push(account, _read(request))
    except SignatureRefused:
        return JsonResponse({"error": "签名不符或已过期。"}, status=403)
    except PushRepeated as refusal:
        return JsonResponse({"error": str(refusal)}, status=409)
    except PushRefused as refusal:
        return JsonResponse({"error": str(refusal)}, status=400)
    except StillSending:
        return JsonResponse({"error": "请稍后再推送。"}, status=503, headers={"Retry-After": "120"})
    return JsonResponse({"taken": page is not None}, status=201 if page else 200)


def _read(request: HttpRequest) -> Push:
    headers = request.headers
    return Push(
        delivery_id=headers.get("X-Delivery-Id", ""),
        timestamp=headers.get("X-Timestamp", ""),
        signature=headers.get("X-Signature", ""),
        body=request.body,
    )
