"""The editor's door for what is pasted from a word processor."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST
from wagtail.models import Page
from wagtail.permissions import policy_registry

from site_core.pasting import PictureSource, convert
from site_core.pasting.convert import to_form_states

LONGEST_TEXT = 2 * 1024 * 1024
LARGEST_PICTURES = 25 * 1024 * 1024
MOST_PICTURES = 60
_DATA_URI_SHARE = LARGEST_PICTURES * 4 // 3  # base64 takes a third more room


@require_POST
def paste(request: HttpRequest) -> JsonResponse:
    """Blocks for the pasted HTML (file `html`, pictures `pictures`), as the editor's forms hold them. Errors in Chinese."""
    if not policy_registry.get_by_type(Page).user_has_any_permission(request.user, {"add", "change"}):
        raise PermissionDenied
    file, pictures = request.FILES.get("html"), request.FILES.getlist("pictures")
    if file is None:
        return _refuse("没有收到粘贴的内容，请重试。", 400)
    if (file.size or 0) > LONGEST_TEXT + _DATA_URI_SHARE or sum(each.size or 0 for each in pictures) > LARGEST_PICTURES:
        return _refuse("粘贴的图片合计超过 25 MB，请分几次粘贴，或压缩图片后上传。", 413)
    html = file.read().decode("utf-8", errors="replace")
    if _length_without_pictures(html) > LONGEST_TEXT:
        return _refuse("粘贴的文字超过 2 MB，请分几次粘贴；剪贴板里的内容没有丢失。", 413)
    if html.count("<img") > MOST_PICTURES:
        return _refuse(f"一次最多粘贴 {MOST_PICTURES} 张图片，请分几次粘贴。", 413)
    pasted = convert(html, PictureSource(pictures), user=request.user)
    if not pasted.blocks:
        return _refuse("剪贴板里没有可用的文字、表格或图片。", 400)
    return JsonResponse({"blocks": to_form_states(pasted.blocks), "notes": sorted(set(pasted.notes))})


def _length_without_pictures(html: str) -> int:
    """Length of the text and its mark-up; pictures within it have a limit of their own."""
    rest, length = html, 0
    while (start := rest.find("data:image/")) >= 0:
        length += start
        end = min((place for place in (rest.find(mark, start) for mark in "\"')") if place >= 0), default=len(rest))
        rest = rest[end:]
    return length + len(rest)


def _refuse(text: str, status: int) -> JsonResponse:
    return JsonResponse({"error": text}, status=status)
