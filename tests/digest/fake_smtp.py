"""A mail server as a process of its own: `python -m tests.digest.fake_smtp FOLDER`.

Prints its port. Each mail that it takes is a line in FOLDER/mails.jsonl before it answers. FOLDER/faults.json holds what goes
wrong: {"drop_after": N} lets go of the line after every N-th mail that it took, {"drop_before": N} at every N-th sender,
{"refuse": [addresses]} for good, {"later": [addresses]} for a while, {"slow": seconds} before each answer.
"""

import asyncio
import json
import sys
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

_PARTS = ("text/plain", "text/html")


class Handler:
    """Keeps what it takes; counts to know when something is to go wrong."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._taken, self._senders = folder, 0, 0

    def faults(self) -> dict[str, Any]:
        file = self._folder / "faults.json"
        return json.loads(file.read_text()) if file.exists() else {}

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        self._senders += 1
        every = self.faults().get("drop_before")
        if every and self._senders % every == 0:
            server.transport.abort()
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        faults = self.faults()
        if address in faults.get("refuse", ()):
            return f"550 5.1.1 <{address}> no such mailbox"
        if address in faults.get("later", ()):
            return f"451 4.7.1 <{address}> greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        faults = self.faults()
        self._keep(envelope)
        self._taken += 1
        await asyncio.sleep(faults.get("slow", 0))
        if faults.get("drop_after") and self._taken % faults["drop_after"] == 0:
            server.transport.abort()
        return "250 taken"

    def _keep(self, envelope: Any) -> None:
        mail = message_from_bytes(envelope.content)
        bodies = {
            part.get_content_type(): part.get_payload(decode=True).decode()
            for part in mail.walk()
            if part.get_content_type() in _PARTS
        }
        headers = {name: str(make_header(decode_header(value))).strip() for name, value in mail.items()}
        with (self._folder / "mails.jsonl").open("a") as file:
            file.write(json.dumps({"to": envelope.rcpt_tos, "headers": headers, "bodies": bodies}) + "\n")


async def _serve(folder: Path) -> None:
    handler, loop = Handler(folder), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, enable_SMTPUTF8=True), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - whoever started it reads the port
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
