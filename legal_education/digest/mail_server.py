"""The one module that speaks to the mail server: many messages on one connection, and for each whether it was taken.

Django's own backend tells a broken line apart from a refusal, but not whether the message had been handed over by then.
"""

import re
import smtplib
from typing import Any, Self

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend

from legal_education.digest.outcomes import Away, Outcome, Refused, Retry, Sent, Unknown

_SERVICE_CLOSING = 421
_GO_AHEAD = 354
_LINE_DOT = re.compile(rb"(?m)^\.")


class MailServer:
    """The server of the settings, for the block; the line is opened for the first message, and anew after a fault."""

    def __init__(self) -> None:
        self._backend: Any = get_connection()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        try:
            self._backend.close()
        except OSError:
            self._drop()

    def send(self, message: EmailMultiAlternatives) -> Outcome:
        """Hand the message over to its one recipient."""
        if not isinstance(self._backend, SmtpBackend):
            return self._send_by_backend(message)
        try:
            self._backend.open()
        except (OSError, smtplib.SMTPException) as problem:
            self._drop()
            return Away("connect", f"邮件服务器连接不上或不让登录（{type(problem).__name__}）。")
        return self._transact(self._backend.connection, message)

    def _send_by_backend(self, message: EmailMultiAlternatives) -> Outcome:
        """Files and memory of the demo and of tests."""
        self._backend.send_messages([message])
        return Sent()

    def _transact(self, line: Any, message: EmailMultiAlternatives) -> Outcome:
        body = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg] # Django's own messages take it
        is_handed_over = False
        try:
            refusal = self._address(line, message)
            if refusal is not None:
                return refusal
            is_handed_over = True
            line.send(_LINE_DOT.sub(b"..", body) + (b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n"))
            code, text = line.getreply()
        except (OSError, smtplib.SMTPException) as problem:
            self._drop()
            if is_handed_over:
                return Unknown("邮件已交出，服务器没有答复。")
            return Away("broken", f"与邮件服务器的连接中断（{type(problem).__name__}）。")
        return Sent() if 200 <= code < 300 else self._refuse(line, code, text)

    def _address(self, line: Any, message: EmailMultiAlternatives) -> Outcome | None:
        """Sender, recipient, and the word that the body may come; None where it may."""
        line.ehlo_or_helo_if_needed()
        for code, text in (line.mail(_bare(message.from_email)), line.rcpt(message.to[0])):
            if not 200 <= code < 300:
                return self._refuse(line, code, text)
        code, text = line.docmd("DATA")
        return None if code == _GO_AHEAD else self._refuse(line, code, text)

    def _refuse(self, line: Any, code: int, text: bytes) -> Outcome:
        said = text.decode("utf-8", "replace")[:200]
        if code == _SERVICE_CLOSING or code < 0:
            self._drop()
            return Away(str(code), f"邮件服务器要求稍后再来：{said}")
        try:
            line.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()
        return Refused(str(code), said) if code >= 500 else Retry(str(code), said)

    def _drop(self) -> None:
        """Leave the line as it is; the next message gets a new one."""
        line, self._backend.connection = getattr(self._backend, "connection", None), None
        if line is not None:
            line.close()


def _bare(sender: str) -> str:
    from email.utils import parseaddr

    return parseaddr(sender)[1]
