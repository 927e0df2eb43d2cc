"""Weibo's errors (domain §7.1): what each means for the post and its account, in words for editors.

Codes: https://open.weibo.com/wiki/Error_code. All of them mean that nothing was published, but for 20032, which is no error.
"""

from collections.abc import Callable

from microblog.outcomes import Duplicate, Limited, Misconfigured, Outcome, Refused, Retry, Unauthorised, Unknown

PUBLISHED_SLOWLY = "20032"
"""Published; lists and counts show it in one or two minutes."""
NO_SUCH_POST = "20101"

_Make = Callable[[str, str], Outcome]


def _limited_for_a_day(code: str, text: str) -> Outcome:
    return Limited(code, text, is_daily=True)


_AGAIN = "稍后自动重发。"
_AUTHORISE = "请站点管理员到“微博”菜单的“帐号”中重新连接此帐号，之后自动继续发送。"
_ADMINISTRATOR = "请管理员检查微博应用和帐号的设置，改好后在“帐号”中重新连接，之后自动继续发送。"

_TABLE: dict[str, tuple[_Make, str]] = {
    "10001": (Retry, f"微博系统出错，{_AGAIN}"),
    "10002": (Retry, f"微博服务暂停，{_AGAIN}"),
    "10003": (Retry, f"微博的远程服务出错，{_AGAIN}"),
    "10009": (Retry, f"微博系统繁忙，{_AGAIN}"),
    "10010": (Retry, f"微博处理超时，{_AGAIN}"),
    "10011": (Retry, f"微博内部调用出错，{_AGAIN}"),
    "10004": (Limited, "微博限制了本服务器的地址，一小时后自动继续。若反复出现，请联系管理员。"),
    "10022": (Limited, "本服务器一小时内调用微博的次数已满，下一小时自动继续。"),
    "10023": (_limited_for_a_day, "此帐号一天内调用微博的次数已满，次日自动继续。"),
    "10024": (Limited, "此帐号一小时内发微博的次数已满，下一小时自动继续。"),
    "20016": (Limited, "此帐号发微博太多，微博要求稍候，下一小时自动继续。"),
    "10005": (Misconfigured, f"微博应用没有发微博的权限。请在微博开放平台申请该接口的权限。{_ADMINISTRATOR}"),
    "10006": (Misconfigured, f"没有填写微博应用的 App Key。{_ADMINISTRATOR}"),
    "10008": (Misconfigured, f"微博认为请求的参数不对。{_ADMINISTRATOR}"),
    "10012": (Misconfigured, f"微博认为请求不合规定。{_ADMINISTRATOR}"),
    "10013": (Misconfigured, f"微博认为此用户无效，帐号可能已被停用。请登录微博查看帐号状态。{_ADMINISTRATOR}"),
    "10014": (Misconfigured, f"微博应用权限不足。请在微博开放平台申请该接口的权限。{_ADMINISTRATOR}"),
    "10016": (Misconfigured, f"微博认为请求缺少参数。{_ADMINISTRATOR}"),
    "10017": (Misconfigured, f"文中链接不在微博应用绑定的安全域名下，或应用尚未绑定安全域名。{_ADMINISTRATOR}"),
    "10020": (Misconfigured, f"微博没有这个接口。{_ADMINISTRATOR}"),
    "10021": (Misconfigured, f"微博不接受这种请求方式。{_ADMINISTRATOR}"),
    "20005": (Refused, "微博不接受这种图片。请换成 JPG、GIF 或 PNG 图片后重新发布。"),
    "20006": (Refused, "图片太大，微博只接受 5 MB 以内的图片。请压缩或更换图片后重新发布。"),
    "20007": (Refused, "微博没有收到图片。请重新选择图片后再发布。"),
    "20008": (Refused, "微博认为内容为空。请填写文字后重新发布。"),
    "20012": (Refused, "文字超过 140 字。请删减文字后重新发布。"),
    "20018": (Refused, "微博认为文中有不允许的网址。请检查文中的链接后重新发布。"),
    "20021": (Refused, "微博认为内容不合规定，可能含 #话题# 或敏感词。请修改文字后重新发布。"),
    "20031": (
        Refused,
        "微博要求输入验证码，程序无法代填。请先用此帐号登录微博手工发一条，再到“发送记录”中点“重新发送”。",
    ),
    "20017": (Duplicate, "微博认为与近期发过的内容相似，可能已经发出。请到微博查看；若没有，修改文字后重新发布。"),
    "20019": (Duplicate, "微博认为与刚发过的内容重复，可能已经发出。请到微博查看；若没有，修改文字后重新发布。"),
    "20038": (Duplicate, "微博认为内容相似，请次日再发，可能已经发出。请到微博查看；若没有，修改文字后重新发布。"),
    "20111": (Duplicate, "微博认为已有相同的一条，可能已经发出。请到微博查看；若没有，修改文字后重新发布。"),
    "21314": (Unauthorised, f"微博授权已被使用过，不再有效。{_AUTHORISE}"),
    "21315": (Unauthorised, f"微博授权已过期。{_AUTHORISE}"),
    "21316": (Unauthorised, f"微博授权已被取消。{_AUTHORISE}"),
    "21317": (Unauthorised, f"微博拒绝了此授权。{_AUTHORISE}"),
    "21318": (Unauthorised, f"微博认为授权无效。{_AUTHORISE}"),
    "21319": (Unauthorised, f"帐号已在微博上取消了对本应用的授权。{_AUTHORISE}"),
    "21322": (Misconfigured, f"授权回调页与微博应用中登记的不一致。{_ADMINISTRATOR}"),
    "21324": (Misconfigured, f"微博应用的 App Key 或 App Secret 不对。{_ADMINISTRATOR}"),
    "21325": (Unauthorised, f"授权码无效或已用过。{_AUTHORISE}"),
    "21327": (Unauthorised, f"微博授权已过期。{_AUTHORISE}"),
    "21330": (Unauthorised, "授权时点了拒绝，没有取得授权。请重新授权，并在微博页面上点“授权”。"),
    "21331": (Retry, "微博的授权服务暂停，请稍后再试。"),
    "21332": (Unauthorised, f"微博授权无效，可能是改了密码或取消了授权。{_AUTHORISE}"),
}
KNOWN_CODES = frozenset(_TABLE)
_AUTHORISATION_CODES = range(21301, 21333)


def read_error(code: str, status: int = 400) -> Outcome:
    """What an error means that Weibo answered with that HTTP status."""
    if code in _TABLE:
        make, text = _TABLE[code]
        return make(code, text)
    if code.isdigit() and int(code) in _AUTHORISATION_CODES:
        return Unauthorised(code, f"微博授权有问题（代码 {code}）。{_AUTHORISE}")
    if status >= 500:
        return Unknown(f"微博出错（代码 {code or status}），不知是否发出，正在核对。", code=code)
    return Refused(code, f"微博不接受这一条（代码 {code}）。请修改后重新发布；若仍不行，请把代码告诉管理员。")


def read_status(status: int) -> Outcome:
    """What an answer means that holds none of Weibo's codes: something on the way answered, or Weibo is broken."""
    code = f"http-{status}"
    if status == 413:
        return Refused(code, "图片太大，没有发出。请压缩或更换图片后重新发布。")
    if status == 429:
        return Limited(code, "调用微博太频繁，一小时后自动继续。")
    if 300 <= status < 500:
        return Misconfigured(code, f"微博的地址没有按约定答复（{status}）。{_ADMINISTRATOR}")
    return Unknown(f"微博没有按约定答复（{status}），不知是否发出，正在核对。", code=code)
