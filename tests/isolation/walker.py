"""Requests through the whole application as a server runs it, each undone as soon as it is answered."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from werkzeug.test import Client

from site_core import layers
from tenants.current import enter_site
from tests.conftest import SiteClient
from tests.isolation.marked_site import MarkedSite

_CSRF = "a" * 32


@dataclass(frozen=True)
class Answer:
    """Status, and everything that the answer says: headers and body."""

    status: int
    location: str
    text: str

    def marks_in(self, marks: tuple[str, ...], path: str) -> list[str]:
        """Those of the marks that it shows, but for what the question itself said."""
        return [mark for mark in marks if mark in self.text.replace(path, "") and mark not in path]


@dataclass(frozen=True)
class Caller:
    """Somebody with or without a session, and an API token, on a host that may be another site's."""

    application: Any
    host: str
    session: str = ""
    token: str = ""

    def ask(self, method: str, path: str, data: dict[str, str] | None = None) -> Answer:
        """The answer; whatever it changed is taken back."""
        with _undone():
            return self.ask_and_stay(method, path, data)

    def ask_and_stay(self, method: str, path: str, data: dict[str, str] | None = None) -> Answer:
        """The answer, without taking back what it changed."""
        client = Client(self.application, use_cookies=False)
        response = client.open(path, method=method, base_url=f"http://{self.host}", **self._request(method, path, data))
        body = response.get_data().decode(errors="replace")
        headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
        return Answer(response.status_code, response.headers.get("Location", ""), f"{headers}\n\n{body}")

    def _request(self, method: str, path: str, data: dict[str, str] | None) -> dict[str, Any]:
        cookies = f"{settings.CSRF_COOKIE_NAME}={_CSRF}"
        if self.session:
            cookies += f"; {settings.SESSION_COOKIE_NAME}={self.session}"
        headers = {"Cookie": cookies, "X-CSRFToken": _CSRF}
        if self.token and path.startswith("/api/"):
            headers["Authorization"] = f"Bearer {self.token}"
        if method == "GET":
            return {"headers": headers}
        if path.startswith("/api/"):
            return {"headers": headers, "data": json.dumps(data or {}), "content_type": "application/json"}
        return {"headers": headers, "data": data or {}}


@contextmanager
def _undone() -> Iterator[None]:
    savepoint = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(savepoint)


def start_session(made: MarkedSite, role: str) -> str:
    """Key of a session of the site's person with that role, made on that site."""
    client = SiteClient(made.host)
    with enter_site(made.site):
        client.force_login(made.people[role], backend="accounts.authentication.MembershipBackend")
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


@contextmanager
def walking(media_root: Any, static_root: Any) -> Iterator[Any]:
    """The application, inside a transaction that is rolled back at the end; the requests' own signals leave it open."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "MEDIA_ROOT", str(media_root))
        patch.setattr(settings, "STATIC_ROOT", str(static_root))
        quiet, before = logging.getLogger(), logging.getLogger().manager.disable
        logging.disable(logging.ERROR)
        for signal in (signals.request_started, signals.request_finished):
            signal.disconnect(close_old_connections)
        try:
            with transaction.atomic():
                yield layers.with_files(get_wsgi_application())
                transaction.set_rollback(True)
        finally:
            for signal in (signals.request_started, signals.request_finished):
                signal.connect(close_old_connections)
            quiet.manager.disable = before
