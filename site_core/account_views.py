"""Screens about one's own account on a site: signing in, password, mail address, sessions, invitation, the centre's entry."""

from typing import Any, cast

from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views import account
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from accounts.actions import EntryRefused, change_email
from accounts.forms import NewPasswordForm
from accounts.ledger import record
from accounts.models import User
from accounts.selectors import find_person_by_email, has_place_here
from accounts.tokens import find_email_change, reset_tokens
from site_core.account_forms import AppearanceForm, EmailForm, NameForm, OwnPasswordForm
from site_core.member_actions import InvitationRefused, accept_invitation, end_session, end_sessions
from site_core.member_forms import InvitedLoginForm, PasswordResetForm, RegistrationForm, SiteLoginForm
from site_core.member_selectors import describe_invited_roles, describe_sessions, find_open_invitation
from site_core.models import Invitation
from site_core.visits import begin_visit

_BACKEND = "accounts.authentication.MembershipBackend"


class SiteLoginView(account.LoginView):
    """Wagtail's login page, with a form that answers everybody alike."""

    def get_form_class(self) -> Any:
        """Ours."""
        return SiteLoginForm


class SitePasswordResetView(account.PasswordResetView):
    """Ask for a link by mail; the answer is the same for every address."""

    def get_form_class(self) -> Any:
        """Ours, which queues the mail."""
        return PasswordResetForm


class SitePasswordResetConfirmView(account.PasswordResetConfirmView):
    """Set a new password by the link of the mail: on the site that sent it, for somebody with a place there."""

    form_class = NewPasswordForm
    token_generator = reset_tokens

    def get_user(self, uidb64: str) -> Any:
        """The person, or None as for a forged link."""
        user = super().get_user(uidb64)
        return user if user is not None and has_place_here(user) else None


class NamePanel(account.BaseSettingsPanel):
    """One's own name."""

    name, title, order, form_class = "name", "姓名", 100, NameForm


class EmailPanel(account.BaseSettingsPanel):
    """One's own mail address."""

    name, title, order, form_class = "email", "电子邮箱", 200, EmailForm


class AppearancePanel(account.ThemeSettingsPanel):
    """How the admin looks."""

    title, form_class = "界面", AppearanceForm


class PasswordPanel(account.ChangePasswordPanel):
    """One's own password."""

    form_class = OwnPasswordForm


class AccountView(account.AccountView):
    """Wagtail's account screen without pictures, languages and time zones, and with changes that stand in the ledger."""

    def get_panels(self) -> list[Any]:
        """The panels that a person has here."""
        user, profile = self.request.user, account.UserProfile.get_for_user(self.request.user)
        # In the order in which they are saved: what is written to the platform's ledger comes before what is written to
        # the site's alone, as everywhere, so that two requests never wait for one another. Shown by their `order`.
        kinds = (
            *(NamePanel, PasswordPanel, EmailPanel),
            *(account.NotificationsSettingsPanel, AppearancePanel),
        )
        panels = [kind(self.request, user, profile) for kind in kinds]
        return [panel for panel in panels if panel.is_active()]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Say that a change of address waits for an answer."""
        response = super().post(request)
        wanted = request.POST.get("email-email", "").strip().lower()
        if response.status_code == 302 and wanted != cast(User, request.user).email:
            messages.info(request, f"确认邮件将发往 {wanted}，打开其中的链接后新邮箱才生效。")
        return response


class ConfirmEmailView(WagtailAdminTemplateMixin, TemplateView):
    """The link of the mail to a new address; a button, since programs follow links too."""

    template_name = "site_core/people/confirm_email.html"
    page_title = "确认新的电子邮箱"
    header_icon = "mail"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The change, or None where the link is worth nothing to this person."""
        change = find_email_change(self.kwargs["token"])
        user = cast(User, self.request.user)
        if change and (change.user_id, change.before) != (user.pk, user.email):
            change = None
        return super().get_context_data(change=change, **kwargs)

    def post(self, request: HttpRequest, token: str) -> HttpResponseBase:
        """Change the address, unless it became another's in the meantime."""
        change = self.get_context_data()["change"]
        if change is None:
            return self.render_to_response(self.get_context_data())
        user = cast(User, request.user)
        try:
            change_email(user, change.after, acting_user=user)
        except ValidationError as error:
            messages.error(request, "；".join(error.messages))
            return redirect("wagtailadmin_account")
        messages.success(request, "电子邮箱已更改。")
        return redirect("wagtailadmin_account")


class OwnSessionsView(WagtailAdminTemplateMixin, TemplateView):
    """Where one is signed in on this site."""

    template_name = "site_core/people/sessions.html"
    page_title = "我的登录会话"
    header_icon = "desktop"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Home, account, here."""
        back = {"url": reverse("wagtailadmin_account"), "label": "账号"}
        return [*self.breadcrumbs_items, back, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The sessions."""
        sessions = describe_sessions(cast(User, self.request.user), self.request.session.session_key)
        return super().get_context_data(sessions=sessions, end_label="结束其他全部会话", **kwargs)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """End the one that the form names, or all others."""
        user, handle = cast(User, request.user), request.POST.get("handle", "")
        if handle:
            end_session(user, handle, acting_user=user)
        else:
            end_sessions(user, acting_user=user, except_key=request.session.session_key)
        messages.success(request, "已结束登录会话。")
        return redirect("site_core_own_sessions")


def enter(request: HttpRequest, token: str) -> HttpResponse:
    """The centre's one-time way into this site's admin. Whatever is wrong with a link, the answer is the same."""
    try:
        begin_visit(request, token)
    except EntryRefused as refusal:
        record("visit.refused")
        response = render(request, "site_core/people/entry_refused.html", {"refusal": str(refusal)}, status=403)
    else:
        response = redirect("wagtailadmin_home")
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@sensitive_post_parameters()
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link of an invitation: sign in and accept, or make an account."""
    found = find_open_invitation(token)
    response = _answer_invitation(request, token, found) if found else _refuse_invitation(request)
    # No other host learns the address. Not "no-referrer": browsers would then post the form with "Origin: null", which
    # the check against forged requests refuses.
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _refuse_invitation(request: HttpRequest, reason: str = "") -> HttpResponse:
    context = {"reason": reason or "邀请无效或已过期，请联系网站管理员重新邀请。"}
    return render(request, "site_core/people/invitation_refused.html", context, status=404)


def _answer_invitation(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    if request.user.is_authenticated:
        return _answer_signed_in(request, token, found)
    if find_person_by_email(found.email):
        return _answer_account_holder(request, token, found)
    return _answer_newcomer(request, token, found)


def _answer_signed_in(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    user = cast(User, request.user)
    if request.method == "POST" and user.email == found.email:
        return _accept(request, token, user)
    return _show(request, found, "accept" if user.email == found.email else "somebody_else")


def _answer_account_holder(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    form = InvitedLoginForm(request.POST or None, request=request, invitation=found)
    if request.method == "POST" and form.is_valid() and form.user:
        return _accept(request, token, form.user)
    return _show(request, found, "sign_in", form)


def _answer_newcomer(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    form = RegistrationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = form.save(token)
        except InvitationRefused as refusal:
            return _refuse_invitation(request, str(refusal))
        if user is not None:
            return _welcome(request, user)
    return _show(request, found, "register", form)


def _accept(request: HttpRequest, token: str, user: User) -> HttpResponse:
    try:
        accept_invitation(token, user)
    except InvitationRefused as refusal:
        return _refuse_invitation(request, str(refusal))
    return redirect("wagtailadmin_home") if request.user == user else _welcome(request, user)


def _welcome(request: HttpRequest, user: User) -> HttpResponse:
    login(request, user, backend=_BACKEND)
    return redirect("wagtailadmin_home")


def _show(request: HttpRequest, found: Invitation, step: str, form: Any = None) -> HttpResponse:
    context = {"invitation": found, "roles": describe_invited_roles(found), "step": step, "form": form}
    return render(request, "site_core/people/invitation.html", context)
