"""Pictures of the README, taken from the running demo: `[PORT=8000] python -m tests.browser.screenshots FOLDER`.

The password is DEMO_PASSWORD's, else the one that the demo keeps in `var/`.
"""

import io
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.admin import sign_in
from tests.browser.chromium import PATIENCE_MS, open_browser

PASSWORD_FILE = Path(__file__).resolve().parents[2] / "var" / "demo-password"
MOST_BYTES = 200_000
COLOURS = (256, 128, 64, 32)
CITY, COUNTY = "sfj.localhost", "kongtong.sfj.localhost"
DESK, TELEPHONE = (1440, 960), (375, 812)


class PictureTooLarge(RuntimeError):
    """A picture does not get below MOST_BYTES, however few colours it keeps."""


@dataclass(frozen=True)
class Demo:
    """The running demo."""

    port: int
    password: str

    def url(self, host: str, path: str = "/") -> str:
        """Absolute address on one of its hosts."""
        return f"http://{host}:{self.port}{path}"


Arrange = Callable[[Page, Demo], None]


@dataclass(frozen=True)
class Shot:
    """A picture: name of its file, size of the window, and how to get there."""

    name: str
    window: tuple[int, int]
    arrange: Arrange


def show_city_home(page: Page, demo: Demo) -> None:
    page.goto(demo.url(CITY))


def show_county_home(page: Page, demo: Demo) -> None:
    page.goto(demo.url(COUNTY))


def show_law(page: Page, demo: Demo) -> None:
    page.goto(demo.url(CITY, "/flfg/"))
    page.locator(".lines a").filter(has_text="示例文本").first.click()
    page.locator(".law__article").first.wait_for()


def show_editor(page: Page, demo: Demo) -> None:
    sign_in(page, demo.url(COUNTY, "/admin/"), "kongtong-editor", demo.password)
    page.goto(demo.url(COUNTY, "/admin/pages/"))
    page.locator("tr").filter(has=page.get_by_role("link", name="工作动态", exact=True)).locator(
        "td.children a"
    ).click()
    page.locator("tbody a[href$='/edit/']").filter(has_text="示例").first.click()
    page.locator("[name=title]").wait_for()


def show_members(page: Page, demo: Demo) -> None:
    sign_in(page, demo.url(COUNTY, "/admin/"), "kongtong-admin", demo.password)
    page.goto(demo.url(COUNTY, "/admin/users/"))


def show_console(page: Page, demo: Demo) -> None:
    sign_in(page, demo.url(CITY, "/admin/"), "central", demo.password)
    page.goto(demo.url(CITY, "/admin/console/sites/"))


SHOTS = (
    Shot("city-home", DESK, show_city_home),
    Shot("county-home-375", TELEPHONE, show_county_home),
    Shot("article-law", DESK, show_law),
    Shot("admin-editor", DESK, show_editor),
    Shot("members", DESK, show_members),
    Shot("console", DESK, show_console),
)


def take(browser: Browser, demo: Demo, shot: Shot) -> bytes:
    """The picture as PNG."""
    width, height = shot.window
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    try:
        shot.arrange(page, demo)
        page.wait_for_load_state("networkidle")
        return page.screenshot(animations="disabled")
    finally:
        context.close()


def shrink(picture: bytes) -> bytes:
    """The same with a palette, as many colours as fit into MOST_BYTES. Raises PictureTooLarge."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in COLOURS:
        buffer = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
        if buffer.tell() <= MOST_BYTES:
            return buffer.getvalue()
    raise PictureTooLarge(f"{buffer.tell()} bytes with {COLOURS[-1]} colours")


def find_demo() -> Demo:
    """The demo that PORT and DEMO_PASSWORD speak of."""
    password = os.environ.get("DEMO_PASSWORD") or PASSWORD_FILE.read_text(encoding="utf-8").strip()
    return Demo(int(os.environ.get("PORT", "8000")), password)


def main(folder: Path) -> None:
    """Take all pictures into the folder."""
    demo = find_demo()
    folder.mkdir(parents=True, exist_ok=True)
    with open_browser() as browser:
        for shot in SHOTS:
            picture = shrink(take(browser, demo, shot))
            (folder / f"{shot.name}.png").write_bytes(picture)
            sys.stdout.write(f"{shot.name}.png {len(picture) / 1000:.0f} kB\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.browser.screenshots FOLDER")
    main(Path(sys.argv[1]))
