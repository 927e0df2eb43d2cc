"""What WeChat says that it refuses (developers.weixin.qq.com, draft box and publication), written down once more.

Not taken from the adapter: the two are held against each other by the contract suite.
"""

import re
from html import unescape
from typing import Any

from tests.microblog.fakes.messages import Reply

ERRORS = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40005: "invalid file type",
    40007: "invalid media_id",
    40009: "invalid image size",
    40013: "invalid appid",
    40125: "invalid appsecret",
    40164: "invalid ip {address} ipv6 ::ffff:{address}, not in whitelist",
    41001: "access_token missing",
    41039: "invalid content_source_url",
    42001: "access_token expired",
    44004: "empty content",
    45002: "content size out of limit",
    45003: "title size out of limit",
    45004: "description size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api freq out of limit",
    45166: "invalid content",
    47001: "data format error",
    48001: "api unauthorized",
    53503: "draft has not passed the check",
    53504: "go to mp.weixin.qq.com",
    53505: "save the draft by hand first",
    53600: "invalid article_id",
}
LONGEST_TITLE, LONGEST_DIGEST, LONGEST_AUTHOR = 32, 128, 16
LONGEST_CONTENT = 20_000
LARGEST_BODY_PICTURE, LARGEST_MATERIAL = 1_000_000, 10_000_000
_ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u([0-9a-fA-F]{4})")
_KINDS = ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"GIF8", "gif"), (b"BM", "bmp"))


def refuse(code: int, address: str = "") -> Reply:
    """An error; its HTTP status says that all is well."""
    text = ERRORS.get(code, "unknown").replace("{address}", address)
    body = {"errcode": code, "errmsg": f"{text} rid: 65d5a3f1-2a1b3c4d-5e6f7a8b"}
    return Reply(body, done=f"refused {code}")


def picture_kind(content: bytes) -> str:
    """jpg, png, gif or bmp by its first bytes; '' for anything else."""
    return next((name for start, name in _KINDS if content.startswith(start)), "")


def find_problem(article: dict[str, Any], body: bytes, materials: set[str]) -> int:
    """The code of what is wrong with an article; 0 for nothing."""
    title, content = article.get("title") or "", article.get("content") or ""
    link = article.get("content_source_url") or ""
    checks = (
        (47001, any(int(code, 16) >= 0x80 for code in _ESCAPED.findall(body))),
        (45003, not 1 <= len(title) <= LONGEST_TITLE),
        (44004, not content),
        (45002, len(content) >= LONGEST_CONTENT or len(content.encode()) >= 1_000_000),
        (45004, len(article.get("digest") or "") > LONGEST_DIGEST),
        (45166, "<script" in content.lower()),
        (41039, bool(link) and not re.fullmatch(r"https?://\S+", link)),
        (41039, len(link.encode()) > 1024),
        (
            47001,
            article.get("article_type", "news") not in {"news", "newspic"}
            or len(article.get("author") or "") > LONGEST_AUTHOR,
        ),
        (40007, article.get("article_type", "news") == "news" and article.get("thumb_media_id") not in materials),
    )
    return next((code for code, applies in checks if applies), 0)


def clean(content: str, own: str) -> str:
    """Pictures of other servers are taken out."""
    return re.sub(r"<img\b[^>]*>", lambda found: found[0] if f'src="{own}' in found[0] else "", content)


def read_text(content: str) -> str:
    """Words of an article, a line for each paragraph."""
    lines = re.findall(r"<p[^>]*>(.*?)</p>", content, re.DOTALL)
    return "\n".join(filter(None, (unescape(re.sub(r"<[^>]+>", "", line)) for line in lines)))
