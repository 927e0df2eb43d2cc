"""A delivery in an editor's words: what happened, and what there is to do now."""

from dataclasses import dataclass

from django.utils import timezone

from microblog.models import AccountState, Delivery
from microblog.outbox_actions import GIVEN_UP
from microblog.watch.alarms import PROBLEMS
from site_core.dispatching import Dispatch


@dataclass(frozen=True)
class Explanation:
    """What happened, what to do, how it looks (`tone`: ok, wait, ask, bad), and whether somebody has to act."""

    words: str
    advice: str
    tone: str

    @property
    def wants_person(self) -> bool:
        """Whether nothing goes on by itself."""
        return self.tone in {"ask", "bad"}


def explain(delivery: Delivery) -> Explanation:
    """The delivery as it is now."""
    return _EXPLAIN[Dispatch(delivery.state)](delivery)


def _draft(delivery: Delivery) -> Explanation:
    words = delivery.error_text or "此前已向平台发送过，文字又有修改。"
    return Explanation(words, "由网站管理员决定：再发一条，或不发。", "ask")


def _waiting(delivery: Delivery) -> Explanation:
    account = delivery.account
    connection = getattr(account, "connection", None)
    if account.state == AccountState.OPENING:
        return Explanation("帐号尚未启用。", "帐号改为“运行中”后自动发送。", "wait")
    if connection is not None and connection.problem:
        words = connection.problem_text or PROBLEMS.get(connection.problem, connection.problem)
        return Explanation(f"帐号暂不能发送：{words}", "网站管理员在“帐号”中处理后自动继续发送。", "wait")
    now = timezone.now()
    if connection is not None and connection.paused_until and connection.paused_until > now:
        until = timezone.localtime(connection.paused_until)
        return Explanation("已达平台的发文上限。", f"{until:%m-%d %H:%M} 后自动继续。", "wait")
    if delivery.next_at > now:
        at = timezone.localtime(delivery.next_at)
        return Explanation(delivery.error_text or "等待发送。", f"{at:%m-%d %H:%M} 自动发送。", "wait")
    return Explanation(delivery.error_text or "等待发送。", "按先后顺序自动发送，不用处理。", "wait")


def _sending(delivery: Delivery) -> Explanation:
    if delivery.waits_for_person:
        words = delivery.error_text or "平台在等人处理。"
        return Explanation(words, "请到平台上处理；处理后这里会自动更新，也可由网站管理员登记结果。", "ask")
    words = delivery.error_text if delivery.is_accepted else "正在发送。"
    return Explanation(words or "平台已接收，等待结果。", "结果出来后自动更新，不用处理。", "wait")


def _unknown(delivery: Delivery) -> Explanation:
    words = delivery.error_text or "平台没有答复，不知是否发出。"
    if delivery.waits_for_person:
        advice = "请到平台上查看是否已经发出，由网站管理员登记结果。核实之前不会再次发送。"
        return Explanation(words, advice, "ask")
    at = timezone.localtime(delivery.next_at)
    return Explanation(words, f"{at:%H:%M} 自动向平台核对；核实之前不会再次发送。", "wait")


def _sent(delivery: Delivery) -> Explanation:
    if delivery.waits_for_person:
        words = delivery.error_text or "平台不允许撤回。"
        return Explanation(words, "请到平台上手工删除，由网站管理员登记结果。", "ask")
    if delivery.is_withdrawal_wanted:
        return Explanation("本站已撤下此条，正在从平台撤回。", "不用处理。", "wait")
    return Explanation("已在平台上发出。", "", "ok")


def _failed(delivery: Delivery) -> Explanation:
    words = delivery.error_text or "平台没有接收。"
    if delivery.error_code == GIVEN_UP:
        return Explanation(words, "确认平台上没有这一条的，网站管理员可以重新发送。", "bad")
    return Explanation(words, "处理好原因后重新发送；文字有问题的，修改微博后重新发布。", "bad")


def _withdrawn(delivery: Delivery) -> Explanation:
    return Explanation(delivery.error_text or "已撤回。", "", "off")


_EXPLAIN = {
    Dispatch.DRAFT: _draft,
    Dispatch.APPROVED: _waiting,
    Dispatch.QUEUED: _waiting,
    Dispatch.SENDING: _sending,
    Dispatch.UNKNOWN: _unknown,
    Dispatch.SENT: _sent,
    Dispatch.FAILED: _failed,
    Dispatch.WITHDRAWN: _withdrawn,
}
