"""Texts of Weibo (domain §7.1): how it counts them, what it forbids in them, and how it writes ids. Pure."""

import html
import re
from urllib.parse import urlsplit

LIMIT = 140
_HALVES_OF_URL = 20
_URL = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_TOPIC = re.compile(r"#[^#]+#")
_MORE = re.compile(r"(?:\.{3}|…)\s*全文$")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_GROUP = 7


def count_text(text: str) -> int:
    """Characters as Weibo counts: two of ASCII are one, a web address is ten, half a one is a whole one."""
    rest, urls = _URL.subn("", text)
    halves = sum(1 if char < "\x80" else 4 if char > "\uffff" else 2 for char in rest)
    return -(-(halves + _HALVES_OF_URL * urls) // 2)


def find_topic(text: str) -> str:
    """The first `#topic#` of the text; '' without one."""
    found = _TOPIC.search(text)
    return found[0] if found else ""


def clean_domain(domain: str) -> str:
    """A domain as people type it in, as plain host name."""
    host = domain.strip().lower().rpartition("//")[2].partition("/")[0].partition(":")[0]
    return host.removeprefix("*.").strip(".")


def has_link_below(text: str, domain: str) -> bool:
    """Whether one of the text's addresses is on the domain or below it."""
    wanted = clean_domain(domain)
    hosts = [_find_host(url) for url in _URL.findall(text)]
    return bool(wanted) and any(host == wanted or host.endswith(f".{wanted}") for host in hosts)


def _find_host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def is_same_text(ours: str, listed: str) -> bool:
    """Whether a post in a list is this one. Weibo shortens addresses, escapes signs, and cuts long texts with 全文."""
    if _find_own_links(listed) - set(_URL.findall(ours)):
        return False
    wanted, found = normalise(ours), normalise(listed)
    if _MORE.search(found):
        start = _MORE.sub("", found)
        return bool(start) and wanted.startswith(start)
    return wanted == found


def _find_own_links(listed: str) -> set[str]:
    """Addresses in a list that were not shortened."""
    return {url for url in _URL.findall(html.unescape(listed)) if _find_host(url) != "t.cn"}


def normalise(text: str) -> str:
    """What stays the same of a text on Weibo: no addresses, no invisible signs, spaces alike."""
    plain = _URL.sub(" ", html.unescape(text)).replace("\u200b", "").replace("\ufeff", "")
    return " ".join(plain.split())


def make_mid(number: str) -> str:
    """An id as it stands in public addresses: base 62, in groups of seven digits from the right."""
    groups = [number[max(0, end - _GROUP) : end] for end in range(len(number), 0, -_GROUP)]
    parts = [_to_base_62(int(group)) for group in groups]
    return "".join([parts[-1], *(part.rjust(4, "0") for part in reversed(parts[:-1]))])


def _to_base_62(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 62)
        digits = _DIGITS[rest] + digits
    return digits
