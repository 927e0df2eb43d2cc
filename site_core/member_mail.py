"""Mails to people about their account on this site, sent by jobs.

A request queues the same job for whoever has an account and whoever has none, so that neither answer nor time tells.
"""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from procrastinate import RetryStrategy

from accounts.models import User
from accounts.selectors import find_person_by_email, has_place_here
from accounts.tokens import EmailChange, new_token, reset_tokens, sign_email_change
from site_core.member_selectors import describe_invited_roles
from site_core.models import Invitation
from tenants.current import current_site, root_url
from tenants.jobs import site_task

_AGAIN = RetryStrategy(max_attempts=6, exponential_wait=4)


@site_task(queue="mail", retry=_AGAIN)
def send_invitation(invitation_id: int) -> None:
    """Mail the link of an invitation. The token is made here and stands in the mail alone; sent again, the older link is void."""
    invitation = Invitation.objects.filter(pk=invitation_id, accepted_at__isnull=True).first()
    if invitation is None:
        return  # withdrawn, or accepted
    token, invitation.digest = new_token()
    invitation.save(update_fields=["digest"])
    context = {"roles": describe_invited_roles(invitation), "days": settings.INVITATION_DAYS}
    _send(
        "invitation", invitation.email, f"邀请您加入{current_site().short_name}网站", f"/invitation/{token}/", context
    )


@site_task(queue="mail", retry=_AGAIN)
def send_password_reset(email: str) -> None:
    """Mail the link for a new password, where the address is that of a person with a place on this site; else nothing."""
    user = find_person_by_email(email)
    if user is None or not has_place_here(user):
        return
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = reset_tokens.make_token(user)
    path = reverse("wagtailadmin_password_reset_confirm", kwargs={"uidb64": uid, "token": token})
    context = {"username": user.username, "minutes": settings.PASSWORD_RESET_TIMEOUT // 60}
    _send("password_reset", user.email, "找回密码", path, context)


@site_task(queue="mail", retry=_AGAIN)
def send_email_confirmation(user_id: int, email: str) -> None:
    """Ask at the new address whether it is the person's, and tell the old one."""
    user = User.objects.get(pk=user_id)
    token = sign_email_change(EmailChange(user.pk, user.email, email))
    path = reverse("site_core_confirm_email", kwargs={"token": token})
    context = {"email": email, "minutes": settings.PASSWORD_RESET_TIMEOUT // 60}
    _send("email_confirmation", email, "确认新的电子邮箱", path, context)
    _send("email_notice", user.email, "您的电子邮箱即将更改", "", context)


def _send(template: str, to: str, subject: str, path: str, context: dict[str, object]) -> None:
    site = current_site()
    values = {"site": site, "link": f"{root_url(site)}{path}", **context}
    text = render_to_string(f"site_core/people/{template}.txt", values)
    send_mail(f"［{site.short_name}］{subject}", text, settings.DEFAULT_FROM_EMAIL, [to])
