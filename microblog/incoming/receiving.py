"""A post of the platform becomes one of the stream, once; what was sent from here is known by its id and never comes back."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from microblog.models import Account, Delivery, Follow, IncomingPost, MicroPost, StreamPage
from microblog.outbox.settling import note_post_of
from microblog.posts import RemotePost
from site_core.actions import publish_page
from site_core.dispatching import Dispatch

_LONGEST = 2000


class StillSending(RuntimeError):
    """Something that was sent from here may be among the account's posts and is not known by its id yet: ask later."""


def receive(account: Account, remote: RemotePost) -> MicroPost | None:
    """Take the post into the stream as the account says; None where it is ours or known. Raises StillSending."""
    if is_ours(account, remote.remote_id):
        return None
    if has_open_fate(account):
        raise StillSending
    from microblog.tasks import fetch_arrived_pictures

    try:
        with transaction.atomic():
            arrival = IncomingPost.objects.create(
                account=account, remote_id=remote.remote_id, remote_url=remote.url, arrived_at=timezone.now()
            )
            arrival.page = _make_page(account, remote)
            arrival.save()
            note_post_of(account.pk, remote.created_at)
            if remote.pictures:
                fetch_arrived_pictures.defer(page_id=arrival.page.pk, addresses=list(remote.pictures))
    except IntegrityError:
        if IncomingPost.objects.filter(account=account, remote_id=remote.remote_id).exists():
            return None  # it came in twice at the same moment
        raise
    return arrival.page


def is_ours(account: Account, remote_id: str) -> bool:
    """Whether the platform's post was sent from here, or came in before."""
    was_sent = Delivery.objects.filter(account=account, remote_id=remote_id).exists()
    return was_sent or IncomingPost.objects.filter(account=account, remote_id=remote_id).exists()


def has_open_fate(account: Account) -> bool:
    """Whether a post of ours may be on the platform without our knowing its id."""
    open_states = (Dispatch.SENDING, Dispatch.UNKNOWN)
    return Delivery.objects.filter(account=account, state__in=open_states).exists()


def _make_page(account: Account, remote: RemotePost) -> MicroPost:
    stream = StreamPage.objects.get()
    post = MicroPost(
        text=remote.text.strip()[:_LONGEST] or "（图片）",
        source=f"{account.get_platform_display()} @{account.name}"[:100],
    )
    post.set_title()
    post.full_clean(exclude=["path", "depth", "accounts", "slug"])
    if account.follow == Follow.AT_ONCE:
        publish_page(stream, post, public_at=min(remote.created_at, timezone.now()), reason="平台上的发文时间")
        return post
    post.live = False
    stream.add_child(instance=post)
    post.save_revision()
    return post
