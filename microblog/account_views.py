"""The registry of accounts: list, form, connection, state. A secret goes in and never comes out again."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton

from microblog import actions
from microblog.account_forms import AccountForm, SecretsForm
from microblog.actions import NEXT_STATES
from microblog.connection_checks import check_connection
from microblog.models import Account, AccountState
from microblog.permissions import user_can_manage_accounts
from microblog.platform_sheets import SHEETS, sheet_of
from microblog.platforms import Platform
from microblog.screen_selectors import AccountRow, describe_account, list_account_rows
from microblog.screens import ACCOUNTS, MicroblogScreen
from microblog.weibo_connecting import callback_address

ACCOUNT, NEW = f"{ACCOUNTS}_account", f"{ACCOUNTS}_new"


class AccountsScreen(MicroblogScreen):
    """What the screens below have in common."""

    allows = staticmethod(user_can_manage_accounts)
    header_icon = "mobile-alt"

    def get_trail(self) -> list[tuple[str, str]]:
        """The list."""
        return [(ACCOUNTS, "帐号")]


class AccountListScreen(AccountsScreen, TemplateView):
    """All accounts of the site, with what is wrong."""

    template_name = "microblog/accounts/index.html"
    page_title = "政务新媒体帐号"

    def get_trail(self) -> list[tuple[str, str]]:
        """Stands by itself."""
        return []

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """One for each platform."""
        return [
            HeaderButton(f"登记{label}", url=f"{reverse(NEW)}?platform={key}", icon_name="plus", priority=place)
            for place, (key, label) in enumerate(Platform.choices)
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rows."""
        return super().get_context_data(rows=list_account_rows(), platforms=Platform.choices, **kwargs)


class NewAccountScreen(AccountsScreen, TemplateView):
    """A new account on the platform that the address names."""

    template_name = "microblog/accounts/form.html"

    def get_page_title(self) -> str:
        """Of the platform."""
        return f"登记{self.draft.get_platform_display()}帐号"

    @cached_property
    def draft(self) -> Account:
        """An account with a platform and nothing else. Raises Http404 for a platform that nobody knows."""
        platform = self.request.GET.get("platform", "")
        if platform not in SHEETS:
            raise Http404
        return Account(platform=platform)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form."""
        kwargs.setdefault("form", AccountForm.for_account(self.draft))
        return super().get_context_data(submit_label="登记", back_url=reverse(ACCOUNTS), **kwargs)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Register it, or say why not."""
        form = AccountForm.for_account(self.draft, request.POST)
        account = form.apply(self.acting_user)
        if account is None:
            return self.render_to_response(self.get_context_data(form=form))
        messages.success(request, f"已登记“{account}”。请按下面的步骤连接。")
        return redirect(ACCOUNT, account.pk)


@method_decorator(never_cache, name="dispatch")
class AccountScreen(AccountsScreen, TemplateView):
    """One account: how it stands, its connection, its state, its form."""

    template_name = "microblog/accounts/account.html"

    def get_page_title(self) -> str:
        """Its name."""
        return str(self.account)

    @cached_property
    def account(self) -> Account:
        """The account that the address names. Raises Http404."""
        return get_object_or_404(Account, pk=self.kwargs["account_id"])

    @property
    def row(self) -> AccountRow:
        """How it stands."""
        return describe_account(self.account)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the person may do, and the forms."""
        row, sheet = self.row, sheet_of(self.account.platform)
        held = row.connection.read_secrets()
        kwargs.setdefault("form", AccountForm.for_account(self.account))
        kwargs.setdefault("secrets_form", SecretsForm(self.account, held) if sheet.secrets else None)
        is_closed = self.account.state == AccountState.CLOSED
        return super().get_context_data(
            row=row,
            account=self.account,
            steps=sheet.steps,
            next_states=[(state.value, state.label) for state in NEXT_STATES[self.account.state]],
            is_closed=is_closed,
            is_webhook=self.account.platform == Platform.WEBHOOK,
            has_secrets=bool(held),
            can_authorise=self.account.platform == Platform.WEIBO and bool(held.get("client_id")) and not is_closed,
            callback=callback_address() if self.account.platform == Platform.WEIBO else "",
            **kwargs,
        )

    def post(self, request: HttpRequest, account_id: int) -> HttpResponseBase:
        """Change its fields."""
        form = AccountForm.for_account(self.account, request.POST)
        if form.apply(self.acting_user) is None:
            messages.error(request, "未能保存：请查看标出的问题。")
            return self.render_to_response(self.get_context_data(form=form))
        messages.success(request, "已保存。")
        return redirect(ACCOUNT, account_id)


class AccountDeed(AccountScreen):
    """Something done with an account by a button; back to its screen."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, account_id: int) -> HttpResponseBase:
        """Do it, or say why not."""
        self.do(request)
        return redirect(ACCOUNT, account_id)

    def do(self, request: HttpRequest) -> None:
        """The deed."""
        raise NotImplementedError


class SecretsView(AccountDeed):
    """Store what was entered."""

    def post(self, request: HttpRequest, account_id: int) -> HttpResponseBase:
        """Back to the account; or its screen with what is wrong, and without what was entered."""
        if not sheet_of(self.account.platform).secrets:
            raise Http404
        form = SecretsForm(self.account, self.row.connection.read_secrets(), request.POST)
        if not form.apply(self.acting_user):
            messages.error(request, "未能保存凭据：请查看标出的问题。")
            return self.render_to_response(self.get_context_data(secrets_form=form))
        messages.success(request, "凭据已加密保存，不再显示。")
        return redirect(ACCOUNT, account_id)


class SigningSecretView(AccountDeed):
    """A new signing secret, shown in the answer to this very request and never again."""

    def post(self, request: HttpRequest, account_id: int) -> HttpResponseBase:
        """The screen with the secret. Raises Http404 for other platforms."""
        if self.account.platform != Platform.WEBHOOK or self.account.state == AccountState.CLOSED:
            raise Http404
        secret = actions.make_signing_secret(self.account, acting_user=self.acting_user)
        answer: HttpResponse = self.render_to_response(self.get_context_data(signing_secret=secret))
        answer.headers["Cache-Control"] = "no-store"
        return answer


class StateView(AccountDeed):
    """The next state of its life."""

    def do(self, request: HttpRequest) -> None:
        """Raises Http404 for what is no state."""
        state = request.POST.get("state", "")
        if state not in AccountState.values:
            raise Http404
        done = f"状态已改为“{AccountState(state).label}”。"
        self.carry_out(lambda: actions.change_state(self.account, state, acting_user=self.acting_user), done)


class DisconnectView(AccountDeed):
    """Forget its secrets."""

    def do(self, request: HttpRequest) -> None:
        """See `actions`."""
        done = "已断开连接，凭据已删除。等待发送的微博在重新连接后发送。"
        self.carry_out(lambda: actions.disconnect_account(self.account, acting_user=self.acting_user), done)


class ResumeView(AccountDeed):
    """Go on sending after somebody put it right."""

    def do(self, request: HttpRequest) -> None:
        """See `actions`."""
        done = "已恢复发送。"
        self.carry_out(lambda: actions.resume_account(self.account, acting_user=self.acting_user), done)


class CheckView(AccountDeed):
    """Ask the platform whether it knows us. What works is taken for mended."""

    def do(self, request: HttpRequest) -> None:
        """Say what the platform says."""
        problem = check_connection(self.account)
        if problem:
            messages.error(request, f"连接不通：{problem}")
            return
        self.carry_out(lambda: actions.resume_account(self.account, acting_user=self.acting_user), "连接正常。")
