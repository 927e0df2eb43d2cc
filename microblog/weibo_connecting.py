"""Authorisation by Weibo (OAuth2): out with a state, back with a code.

The state is signed, made for one account of one site, kept in the session that began it, good for ten minutes and for one
use. Whatever comes back with another one is refused before the code is looked at.
"""

import secrets
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from wagtail.admin import messages

from microblog.actions import AccountRefused, connect_account
from microblog.adapters import weibo_login
from microblog.models import Account, AccountState
from microblog.outbox.connecting import connect
from microblog.permissions import user_can_manage_accounts
from microblog.platforms import Platform
from microblog.screens import ACCOUNTS, MicroblogScreen
from tenants.current import current_site, root_url

CALLBACK = "microblog_callback_weibo"
LIFETIME = 600
"""Seconds in which the person has to agree at the platform."""
_SALT = "microblog.weibo.state"
_KEY = "microblog_weibo_states"
_MOST_OPEN = 5


class StateRefused(ValueError):
    """The way back is not that of a way out; the text is for the reader."""


def callback_address() -> str:
    """The address that is to be registered at the platform (授权回调页)."""
    return f"{root_url()}{reverse(CALLBACK)}"


def make_state(session: Any, account: Account) -> str:
    """A state for this session and account; written into the session."""
    nonce = secrets.token_urlsafe(24)
    open_ones = dict(session.get(_KEY, {}))
    for old in list(open_ones)[: max(len(open_ones) - _MOST_OPEN + 1, 0)]:
        del open_ones[old]
    session[_KEY] = open_ones | {nonce: account.pk}
    return signing.dumps({"site": current_site().schema_name, "account": account.pk, "nonce": nonce}, salt=_SALT)


def take_state(session: Any, state: str) -> int:
    """The account that the state was made for; from now on it is used. Raises StateRefused."""
    try:
        said = signing.loads(state, salt=_SALT, max_age=LIFETIME)
    except signing.SignatureExpired as problem:
        raise StateRefused("授权用时超过 10 分钟，已失效。请重新点“连接微博”。") from problem
    except signing.BadSignature as problem:
        raise StateRefused("授权请求不是由本系统发起的，没有连接。") from problem
    if said["site"] != current_site().schema_name:
        raise StateRefused("授权请求是由另一个网站发起的，没有连接。")
    open_ones = dict(session.get(_KEY, {}))
    account_id = open_ones.pop(said["nonce"], None)
    session[_KEY] = open_ones
    if account_id is None or account_id != said["account"]:
        raise StateRefused("授权请求已经用过，或不是在这个浏览器中发起的，没有连接。请重新点“连接微博”。")
    return int(account_id)


class ConnectView(MicroblogScreen):
    """To the platform's page of agreement."""

    allows = staticmethod(user_can_manage_accounts)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, account_id: int) -> HttpResponseBase:
        """Raises Http404 for an account that is not Weibo's, or is closed."""
        account = get_object_or_404(_list_weibo_accounts(), pk=account_id)
        connected = connect(account)
        if not connected.secrets.get("client_id") or not connected.secrets.get("client_secret"):
            messages.error(request, "请先填写 App Key 和 App Secret。")
            return redirect(f"{ACCOUNTS}_account", account.pk)
        state = make_state(request.session, account)
        client_id = connected.secrets["client_id"]
        url = weibo_login.make_authorise_url(connected.base_url, client_id, callback_address(), state, force_login=True)
        return redirect(url)


class CallbackView(MicroblogScreen):
    """Back from the platform."""

    allows = staticmethod(user_can_manage_accounts)
    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Connect the account that went out; refuse everything else with words."""
        try:
            account_id = take_state(request.session, request.GET.get("state", ""))
        except StateRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(ACCOUNTS)
        account = _list_weibo_accounts().filter(pk=account_id).first()
        if account is None:
            raise Http404
        problem = _finish(account, request.GET.get("code", ""), request.user)
        if problem:
            messages.error(request, problem)
        else:
            messages.success(request, f"“{account}”已连接，等待发送的微博会自动发出。")
        return redirect(f"{ACCOUNTS}_account", account.pk)


def _list_weibo_accounts() -> Any:
    return Account.objects.filter(platform=Platform.WEIBO).exclude(state=AccountState.CLOSED)


def _finish(account: Account, code: str, acting_user: Any) -> str:
    """'' where the account is connected; else why not."""
    if not code:
        return "微博没有给出授权（可能点了“取消”），没有连接。"
    connected = connect(account)
    client_id, client_secret = (connected.secrets.get(name, "") for name in ("client_id", "client_secret"))
    found = weibo_login.exchange_code(connected.base_url, client_id, client_secret, code, callback_address())
    if not isinstance(found, weibo_login.Authorisation):
        return f"没有连接：{getattr(found, 'text', '微博没有按约定答复。')}"
    try:
        connect_account(
            account,
            {"access_token": found.access_token},
            expires_at=found.expires_at,
            remote_id=found.uid,
            acting_user=acting_user,
        )
    except AccountRefused as refusal:
        return str(refusal)
    return ""
