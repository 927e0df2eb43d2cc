"""Debian's Chromium under Playwright, that asks nobody but this machine; and pages that remember what went wrong."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--lang=zh-CN",
    "--disable-sync",
    "--host-resolver-rules=MAP *.localhost 127.0.0.1",
)
PATIENCE_MS = 10_000


def find_chromium() -> str | None:
    """Debian's Chromium; where it is there, the one without a window of its own, which costs half as much."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Chromium, closed at the end of the block. Inside it Django's ORM refuses to work in this thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Watch:
    """What a page did that no page of ours may do: errors in the console, requests to other hosts."""

    faults: list[str] = field(default_factory=list)
    _documents: set[str] = field(default_factory=set)

    def attach(self, page: Page) -> None:
        """Listen from now on."""
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.faults.append(f"exception: {error}"))
        page.on("request", self._on_request)
        page.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        # A page that is meant to be a 404 is reported by Chromium as a resource that failed to load.
        address = str(message.location.get("url", ""))
        if message.type == "error" and address not in self._documents and not _is_expected(message.text, address):
            self.faults.append(f"console: {message.text} ({address})")

    def _on_response(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self._documents.add(response.url)

    def _on_request(self, request: Request) -> None:
        asked, page = urlsplit(request.url), urlsplit(request.frame.url)
        if asked.scheme not in {"http", "https"} or request.is_navigation_request():
            return
        if asked.netloc != page.netloc and not _shows_another_site(page.path, asked.path):
            self.faults.append(f"{page.geturl()} asks another host: {request.url}")


def _is_expected(text: str, address: str) -> bool:
    # Wagtail saves drafts by itself, and answers 400 while a form is half filled in.
    return urlsplit(address).path.startswith("/admin/pages/") and "status of 400" in text


def _shows_another_site(path: str, asked: str) -> bool:
    # The centre's preview of a site's home page takes the pictures from that site.
    return path.startswith("/admin/console/rollouts/") and "/home/" in path and asked.startswith("/media/")
