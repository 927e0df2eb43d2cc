"""WeChat's error codes (domain §7.2): what each means for a post, in words for editors, with what to do."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone

from microblog.clock import day, hour
from microblog.outcomes import Limited, Misconfigured, Refused, Retry, Trouble, Unauthorised, Unknown

BAD_TOKEN = frozenset({40001, 40014, 42001})
"""The access token is not, or no longer, valid: a new one is fetched before anybody is told."""
NO_MEDIA = 40007
NO_PERMISSION = 48001
NO_ARTICLE = frozenset({53600, 40007})

_WHERE = "微信公众平台（mp.weixin.qq.com）"


def _retry(code: str, text: str) -> Trouble:
    return Retry(code, text)


def _quota(code: str, text: str) -> Trouble:
    return Limited(code, text, until=_end_of_day(), is_daily=True)


def _pace(code: str, text: str) -> Trouble:
    return Limited(code, text, until=timezone.now() + hour() / 60)


def _end_of_day() -> datetime:
    """Quotas begin anew at midnight, and never later than a day from now."""
    now = timezone.localtime()
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return min(midnight, now + day())


def _unsure(code: str, text: str) -> Trouble:
    return Unknown(text, code)


Kind = Callable[[str, str], Trouble]

CODES: dict[int, tuple[Kind, str]] = {
    -1: (_retry, "微信系统繁忙，稍后自动重试。"),
    40001: (Unauthorised, f"AppSecret 不正确，或已在{_WHERE}重置。请管理员在帐号设置中重新填写 AppSecret。"),
    40014: (Unauthorised, "访问令牌无效，重新获取后仍被拒绝。请管理员核对 AppID 和 AppSecret。"),
    42001: (Unauthorised, "访问令牌已过期，重新获取后仍被拒绝。请管理员核对 AppID 和 AppSecret。"),
    40125: (Unauthorised, "AppSecret 无效。请管理员在帐号设置中重新填写 AppSecret。"),
    40013: (Misconfigured, "AppID 无效。请管理员在帐号设置中核对 AppID。"),
    40243: (Misconfigured, f"AppSecret 已被冻结。请管理员登录{_WHERE}解冻后重新启用。"),
    40164: (
        Misconfigured,
        f"本站服务器的地址 {{address}} 不在公众号的 IP 白名单中。请管理员登录{_WHERE}，"
        "在“设置与开发 → 基本配置 → IP 白名单”中加入它。",
    ),
    48001: (
        Misconfigured,
        "公众号没有此接口的权限：直接发布仅限认证帐号。请管理员在帐号设置中取消“可直接发布”，或在公众平台完成认证。",
    ),
    48004: (Misconfigured, f"公众号的接口已被微信封禁。请管理员登录{_WHERE}查看通知。"),
    50002: (Misconfigured, f"公众号的功能受到限制，可能因违规或逾期未年审。请管理员登录{_WHERE}查看通知。"),
    45009: (_quota, "今日接口调用次数已用完，次日零点后自动继续。"),
    45011: (_pace, "调用过于频繁，一分钟后自动继续。"),
    40007: (_unsure, "微信找不到这份草稿或素材，正在核对它是否已经发布。"),
    40005: (Refused, "图片类型不符。公众号的图片须为 JPG 或 PNG，请更换后重新发布。"),
    40006: (Refused, "图片大小不符。公众号的图片须小于 1 MB，请压缩后重新发布。"),
    40009: (Refused, "图片过大。公众号的图片须小于 1 MB，请压缩后重新发布。"),
    41039: (Refused, "“阅读原文”的链接不被微信接受。请确认本站有公开的域名，且链接不超过 1 KB。"),
    44004: (Refused, "正文是空的。请写几个字后重新发布。"),
    45001: (Refused, "图片过大。公众号的图片须小于 1 MB，请压缩后重新发布。"),
    45002: (Refused, "正文超过 2 万字符。请缩短后重新发布。"),
    45003: (Refused, "标题超过 32 字。请在文字开头用【】写一个较短的标题，重新发布。"),
    45004: (Refused, "摘要超过 128 字。请缩短后重新发布。"),
    45166: (Refused, "正文含有微信不允许的内容。请检查链接、代码和用语，修改后重新发布。"),
    47001: (Refused, "微信不能读取所发的数据。请把错误代码告诉技术人员。"),
    53503: (Refused, "草稿未通过微信的发布检查。请登录公众平台查看原因，修改后重新发布。"),
    53504: (Refused, "此草稿须在公众平台上操作。请登录公众平台，在草稿箱中手工发布。"),
    53505: (Refused, "此草稿须先在公众平台上手工保存一次。请登录公众平台，打开草稿保存后再点“重新发送”。"),
}

PUBLISH_STATES: dict[int, str] = {
    0: "已发布。",
    1: "微信正在发布，等待结果。",
    2: "原创声明未通过微信的审核，没有发布。请登录公众平台修改草稿，再点“重新发送”。",
    3: "微信发布失败。请登录公众平台查看原因，再点“重新发送”。",
    4: "平台审核未通过，没有发布。请登录公众平台查看原因，修改后重新发布。",
    5: "文章发布后已被人在公众平台上删除。",
    6: "文章发布后已被微信封禁。请登录公众平台查看通知。",
}
"""States of a publication as freepublish/get numbers them."""


def read_error(code: int, message: str) -> Trouble:
    """What the code means. Codes that are not in the table are refusals: an error code says that nothing was taken."""
    found = CODES.get(code)
    if found is None:
        return Refused(str(code), f"微信拒绝了请求（{code}：{message[:80]}）。请把错误代码告诉技术人员。")
    kind, text = found
    return kind(str(code), text.replace("{address}", _find_address(message)))


def _find_address(message: str) -> str:
    """The address in "invalid ip 203.0.113.5 ipv6 ::ffff:203.0.113.5, not in whitelist"."""
    found = re.search(r"invalid ip ([0-9a-fA-F.:]+)", message)
    return found[1] if found else ""
