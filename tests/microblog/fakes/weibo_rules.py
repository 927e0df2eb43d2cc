"""What Weibo says that it refuses (https://open.weibo.com/wiki/2/statuses/share, …/Error_code), written down once more.

Not taken from the adapter: the two are held against each other by the contract suite.
"""

from urllib.parse import urlsplit

from tests.microblog.fakes.messages import Reply

ERRORS = {
    10001: (503, "System error"),
    10002: (503, "Service unavailable"),
    10003: (503, "Remote service error"),
    10004: (403, "IP limit"),
    10005: (403, "Permission denied, need a high level appkey"),
    10006: (400, "Source paramter (appkey) is missing"),
    10008: (400, "Param error, see doc for more info"),
    10009: (503, "Too many pending tasks, system is busy"),
    10010: (503, "Job expired"),
    10011: (503, "RPC error"),
    10013: (403, "Invalid weibo user"),
    10014: (403, "Insufficient app permissions"),
    10016: (400, "Miss required parameter"),
    10017: (400, "appkey not bind domain!"),
    10022: (403, "IP requests out of rate limit"),
    10023: (403, "User requests out of rate limit"),
    10024: (403, "User requests for this api out of rate limit"),
    20005: (400, "Unsupported image type, only support JPG, GIF, PNG"),
    20006: (400, "Image size too large"),
    20007: (400, "Does multipart has image"),
    20008: (400, "Content is null"),
    20012: (400, "Text too long, please input text less than 140 characters"),
    20016: (403, "Out of limit"),
    20017: (400, "Repeat content"),
    20019: (400, "Repeat weibo text"),
    20021: (400, "Content is illegal"),
    20031: (400, "Need you input the verification code"),
    20032: (400, "Update success, while server slow now, please wait 1-2 minutes"),
    20038: (400, "Similar content, please try again tomorrow"),
    20101: (400, "Target weibo does not exist"),
    20102: (403, "Not your own weibo"),
    20111: (400, "Repeated weibo text"),
    21314: (401, "Token used"),
    21315: (401, "Token expired"),
    21316: (401, "Token revoked"),
    21317: (401, "Token rejected"),
    21319: (403, "Accessor was revoked"),
    21327: (401, "expired_token"),
    21332: (401, "invalid_access_token"),
}
LONGEST = 140
LARGEST_PICTURE = 5 * 1024 * 1024
_URL_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%")


def refuse(code: int, path: str) -> Reply:
    """The platform's error, as it words it."""
    status, text = ERRORS.get(code, (400, "unknown"))
    return Reply({"request": path, "error_code": code, "error": text}, status=status, done=f"refused {code}")


def split_urls(text: str) -> tuple[str, list[str]]:
    """The text without its addresses, and those."""
    rest, found, position = [], [], 0
    while position < len(text):
        scheme = next((each for each in ("http://", "https://") if text.startswith(each, position)), "")
        end = position + len(scheme)
        while scheme and end < len(text) and text[end] in _URL_CHARACTERS:
            end += 1
        if scheme and end > position + len(scheme):
            found.append(text[position:end])
            position = end
        else:
            rest.append(text[position])
            position += 1
    return "".join(rest), found


def count(text: str) -> int:
    """Characters as Weibo counts: two of ASCII are one, an address is ten."""
    rest, urls = split_urls(text)
    halves = sum(1 if ord(each) < 0x80 else len(each.encode("utf-16-le")) for each in rest)
    return (halves + 20 * len(urls) + 1) // 2


def has_topic(text: str) -> bool:
    """Whether there is something between two #."""
    return any(part for part in text.split("#")[1:-1])


def has_link_below(text: str, domains: list[str]) -> bool:
    """Whether an address in the text is on one of the domains, or below it."""
    hosts = [_host_of(url) for url in split_urls(text)[1]]
    return any(host == domain or host.endswith("." + domain) for host in hosts for domain in domains)


def _host_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def picture_kind(content: bytes) -> str:
    """jpg, gif or png by its first bytes; '' for anything else."""
    kinds = ((b"\xff\xd8\xff", "jpg"), (b"GIF8", "gif"), (b"\x89PNG\r\n\x1a\n", "png"))
    return next((name for start, name in kinds if content.startswith(start)), "")
