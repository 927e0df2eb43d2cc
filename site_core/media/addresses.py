"""Hosts and inner addresses: whose store a request, or Django, speaks of."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

PROTECTED_PREFIX = "/protected/"
_HOST = re.compile(r"([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)\.?(?::[0-9]{1,5})?")
_LONGEST_HOST = 253 + len(".:65535")


@dataclass(frozen=True)
class SiteMedia:
    """A site's store: `root` is `var/media/<schema>`; `is_served` says whether the public may see it."""

    root: Path
    is_served: bool = True

    @property
    def schema(self) -> str:
        """The site's schema, which is the name of its folder."""
        return self.root.name


def protected_path(schema: str, name: str) -> str:
    """`X-Accel-Redirect` for `name`, relative to the store of `schema`, quoted as nginx wants it."""
    return PROTECTED_PREFIX + quote(f"{schema}/{name}")


def parse_target(target: str) -> tuple[str, str]:
    """(schema, path) of an `X-Accel-Redirect`; empty strings for one that nginx would read otherwise."""
    try:
        plain = unquote(target, errors="strict")
    except UnicodeDecodeError:
        return "", ""
    if not plain.startswith(PROTECTED_PREFIX) or "?" in target or "#" in target or not target.isascii():
        return "", ""
    schema, _, path = plain.removeprefix(PROTECTED_PREFIX).partition("/")
    return schema, path


def find_host(environ: "WSGIEnvironment") -> str | None:
    """The request's host in lower case, without port and trailing dot; None if missing or malformed."""
    header = environ.get("HTTP_HOST", "")
    match = _HOST.fullmatch(header) if len(header) <= _LONGEST_HOST else None
    return match[1].lower() if match else None
