"""What a site notes when somebody signs in or out: on the session, on the membership, on the visit."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest
from django.utils import timezone

from site_core.middleware import stamp_session
from site_core.models import Membership
from site_core.visits import VISITING_KEY, end_visit
from tenants.current import find_current_site


def connect() -> None:
    """Listen to Django's signals; called once, when the app is ready."""
    user_logged_in.connect(stamp_session)
    user_logged_in.connect(on_logged_in)
    user_logged_out.connect(on_logged_out)


def on_logged_in(sender: Any, user: Any, **kwargs: Any) -> None:
    """Note on the memberships when their person was last here."""
    if find_current_site() is not None:
        Membership.objects.filter(user=user).update(last_login_at=timezone.now())


def on_logged_out(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """A visitor who leaves leaves nothing behind."""
    if user is not None and request.session.get(VISITING_KEY):
        end_visit(user)
