"""Which site may use which host name, by the rules of domain names for organs, institutions and firms.

Sources: 《政府网站发展指引》国办发〔2017〕47号; 《互联网政务应用安全管理规定》(2024) art. 5; 国办发〔2018〕55号.
"""

import ipaddress
import re
from dataclasses import dataclass

from django.conf import settings

from .kinds import GOVERNMENT_KINDS, SiteKind

_LABEL = re.compile(r"^(?!-)[a-z0-9-]{1,63}(?<!-)$")


class HostRefused(ValueError):
    """A host that this site may not use; the text names the rule, in the reader's language."""


@dataclass(frozen=True)
class HostClaim:
    """Who wants which host: kind of the site, host in ASCII, primary host of the parent organisation or ''."""

    kind: str
    host: str
    parent_host: str = ""


def normalise_host(raw: str) -> str:
    """Lower-case ASCII form of a host name (Chinese labels as punycode), without port or trailing dot.

    Raises HostRefused where it is no host name, or an IP address.
    """
    host = raw.strip().rstrip(".").lower()
    _refuse_address(host)
    try:
        host = host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise HostRefused(f"“{raw}”不是有效的域名。") from error
    if len(host) > 253 or "." not in host or not all(_LABEL.match(label) for label in host.split(".")):
        raise HostRefused(f"“{raw}”不是有效的域名：只能由字母、数字和连字符组成，并以点分隔，不含端口和路径。")
    return host


def _refuse_address(host: str) -> None:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return
    raise HostRefused(f"“{host}”是 IP 地址：网站须使用域名，不得以 IP 地址提供服务（国办发〔2017〕47号）。")


def is_below(host: str, suffix: str) -> bool:
    """Whether host is the suffix itself or stands below it; `suffix` with or without its leading dot."""
    bare = suffix.lstrip(".").encode("idna").decode("ascii").lower()
    return host == bare or host.endswith("." + bare)


def is_government_host(host: str) -> bool:
    """Whether the host stands under one of the suffixes that the setting GOV_SUFFIXES keeps for organs."""
    return any(is_below(host, suffix) for suffix in settings.GOV_SUFFIXES)


def check_host(claim: HostClaim) -> None:
    """Raise HostRefused, naming the rule, where the organisation's kind may not use the host."""
    if claim.kind in GOVERNMENT_KINDS:
        _check_government_host(claim)
    elif claim.kind == SiteKind.LAW_OFFICE:
        _check_law_office_host(claim)
    elif claim.kind == SiteKind.LEGAL_AID_CENTRE and claim.parent_host and is_below(claim.host, claim.parent_host):
        return
    else:
        _check_institution_host(claim)


def _check_government_host(claim: HostClaim) -> None:
    if not is_government_host(claim.host):
        raise HostRefused(
            f"“{claim.host}”不可用于行政机关网站：党政机关网站应当使用 .gov.cn 或 .政务 域名"
            "（《互联网政务应用安全管理规定》第五条）。"
        )
    if claim.kind == SiteKind.CITY_BUREAU:
        return
    if not claim.parent_host or claim.host == claim.parent_host or not is_below(claim.host, claim.parent_host):
        raise HostRefused(
            f"“{claim.host}”不可用：县级部门和司法所原则上不单独开设网站，应使用上级网站“{claim.parent_host or '（未设）'}”"
            "之下的子域名（国办发〔2017〕47号）。"
        )


def _check_law_office_host(claim: HostClaim) -> None:
    if is_government_host(claim.host):
        raise HostRefused(
            f"“{claim.host}”不可用：律师事务所不是党政机关，不得使用 .gov.cn、.政务 等政府域名"
            "（《互联网政务应用安全管理规定》第五条）。"
        )


def _check_institution_host(claim: HostClaim) -> None:
    if is_government_host(claim.host):
        raise HostRefused(
            f"“{claim.host}”不可用：公证处、法律援助中心等事业单位不得使用政府域名，作为频道时须在上级网站的子域名之下"
            "（国办发〔2018〕55号）。"
        )
    if not any(is_below(claim.host, suffix) for suffix in settings.INSTITUTION_SUFFIXES):
        allowed = "、".join(settings.INSTITUTION_SUFFIXES)
        raise HostRefused(
            f"“{claim.host}”不可用：事业单位网站应当使用以下后缀的域名：{allowed}"
            "（《互联网政务应用安全管理规定》第五条）。"
        )
