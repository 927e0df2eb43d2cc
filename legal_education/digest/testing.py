"""An issue sent to oneself, before anybody else gets it: as the draft stands, leaving no row behind."""

from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from accounts.models import User
from legal_education.digest.composing import UNSUBSCRIBE_PLACE, compose
from legal_education.digest.models import DigestIssuePage
from tenants.current import current_site, root_url


def send_test_mail(page_id: int, user_id: int) -> None:
    """Mail the latest draft to the person; nothing where either is gone."""
    page = DigestIssuePage.objects.filter(pk=page_id).first()
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if page is None or user is None or not user.email:
        return
    message = compose(page.get_latest_revision_as_object())
    note = f"（试发，尚未发给订阅者。短信：{message.sms}）\n\n"
    mail = EmailMultiAlternatives(
        subject=f"【试发】{message.subject}",
        body=note + message.text.replace(UNSUBSCRIBE_PLACE, root_url()),
        from_email=formataddr((current_site().short_name, settings.DEFAULT_FROM_EMAIL)),
        to=[user.email],
    )
    mail.attach_alternative(message.html.replace(UNSUBSCRIBE_PLACE, root_url()), "text/html")
    mail.send()
