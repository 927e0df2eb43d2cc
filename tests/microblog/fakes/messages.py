"""A request as a platform sees it, and what it answers."""

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from werkzeug.wrappers import Request

from tests.microblog.fakes.faults import Fault


@dataclass(frozen=True)
class Upload:
    """A file of a form."""

    field: str
    name: str
    content_type: str
    content: bytes


@dataclass
class Seen:
    """A request. `fault` is what meets it, for routes that have to know (media that take a while)."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    form: dict[str, str]
    files: list[Upload]
    json: Any
    body: bytes
    address: str
    fault: Fault | None = None
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @classmethod
    def read(cls, method: str, target: str, headers: Any, body: bytes, address: str) -> "Seen":
        """Read what came over the wire. Names of headers are in small letters."""
        path, _, query = target.partition("?")
        request = Request.from_values(path, method=method, query_string=query, headers=list(headers.items()), data=body)
        files = [
            Upload(name, each.filename or "", each.content_type or "", each.read())
            for name, each in request.files.items(multi=True)
        ]
        return cls(
            method=method,
            path=path,
            query=request.args.to_dict(),
            headers={name.lower(): value for name, value in headers.items()},
            form=request.form.to_dict(),
            files=files,
            json=_read_json(body) if "json" in headers.get("Content-Type", "") else None,
            body=body,
            address=address,
        )

    @property
    def given(self) -> dict[str, str]:
        """Query and form together."""
        return {**self.query, **self.form}

    @property
    def is_multipart(self) -> bool:
        """Whether the form came in parts."""
        return self.headers.get("content-type", "").startswith("multipart/form-data")

    def as_log(self) -> dict[str, Any]:
        """What an outside script reads of it."""
        return {
            "at": self.at.isoformat(),
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "headers": self.headers,
            "form": self.form,
            "json": self.json,
            "files": [
                {"field": each.field, "name": each.name, "type": each.content_type, "size": len(each.content)}
                for each in self.files
            ],
            "body": _as_text(self.body),
            "address": self.address,
            "fault": self.fault.kind if self.fault else "",
        }


@dataclass
class Reply:
    """An answer: `body` is JSON unless it is a str (HTML) or bytes. `done` says for the log what was done."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    done: str = ""

    def encode(self) -> tuple[bytes, dict[str, str]]:
        """Bytes and headers for the wire."""
        if isinstance(self.body, bytes):
            content, kind = self.body, "application/octet-stream"
        elif isinstance(self.body, str):
            content, kind = self.body.encode(), "text/html; charset=utf-8"
        else:
            content, kind = json.dumps(self.body, ensure_ascii=False).encode(), "application/json; charset=utf-8"
        return content, {"Content-Type": kind, **self.headers, "Content-Length": str(len(content))}


class Refusal(Exception):
    """Ends a route with this answer."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.done or str(reply.body))
        self.reply = reply


def _read_json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _as_text(body: bytes) -> str:
    """The body as it came: text, or base64 where it is none; long ones are cut."""
    head = body[:20_000]
    try:
        return head.decode()
    except UnicodeDecodeError:
        return "base64:" + base64.b64encode(head).decode()
