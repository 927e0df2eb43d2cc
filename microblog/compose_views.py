"""Beside the post's editor: the way to it, and how long its text is on each platform, as the server counts."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from wagtail.models import Page

from microblog.adapters.base import get_adapter
from microblog.models import Account, MicroPost, StreamPage
from microblog.outbox.connecting import connect
from microblog.outbox.texts import compose
from microblog.permissions import user_can_write
from microblog.screen_selectors import list_open_accounts
from microblog.screens import GuardedView


class WriteView(GuardedView):
    """To the form of a new post; the stream has another id on each site."""

    allows = staticmethod(user_can_write)

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Raises Http404 where the site has no stream."""
        stream = get_object_or_404(StreamPage)
        return redirect("wagtailadmin_pages:add", "microblog", "micropost", stream.pk)


class DraftForm(forms.Form):
    """What the editor sends of a post that is being written."""

    text = forms.CharField(max_length=20_000, required=False)
    topic_word = forms.CharField(max_length=100, required=False)
    slug = forms.SlugField(max_length=255, required=False)
    link_page = forms.ModelChoiceField(queryset=Page.objects.none(), required=False)
    accounts = forms.ModelMultipleChoiceField(queryset=Account.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["link_page"].queryset = Page.objects.filter(depth__gt=1)  # type: ignore[attr-defined] # choices of rows
        self.fields["accounts"].queryset = list_open_accounts()  # type: ignore[attr-defined] # as above

    def make_post(self) -> MicroPost:
        """The post, in memory."""
        given = {name: self.cleaned_data[name] for name in ("text", "topic_word", "slug", "link_page")}
        return MicroPost(**given)


class MeasureView(GuardedView):
    """Counts of the ticked accounts, by the very functions that publication uses."""

    allows = staticmethod(user_can_write)
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """JSON: `{"counts": [{"account", "count", "limit", "unit", "is_too_long"}]}`."""
        form = DraftForm(request.POST)
        if not form.is_valid():
            return JsonResponse({"errors": form.errors}, status=400)
        return JsonResponse({"counts": measure(form.make_post(), form.cleaned_data["accounts"])})


def measure(post: MicroPost, accounts: Iterable[Account]) -> list[dict[str, Any]]:
    """How long the post is on each account's platform, link and topic included."""
    return [_measure(post, account) for account in accounts]


def _measure(post: MicroPost, account: Account) -> dict[str, Any]:
    length = get_adapter(account.platform).measure(connect(account), compose(post, account).text)
    return {
        "account": str(account),
        "count": length.count,
        "limit": length.limit,
        "unit": length.unit,
        "is_too_long": length.is_too_long,
    }
