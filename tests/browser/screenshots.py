"""Pictures of everything that readers see, for people to look at: `make screenshots`; with `DOCS=1` those of the docs instead.

A cluster of its own is made for it. Every page type in every theme at three widths goes into `var/screenshots/`, with an
`index.html` that lays them side by side; elder mode, its dark colours, and paper once a theme.
"""

import html
import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from bench.database import RESULTS
from bench.showcase import PASSWORD, Showcase, run_showcase
from tests.browser.admin import sign_in
from tests.browser.chromium import PATIENCE_MS, open_browser

ROOT = Path(__file__).resolve().parents[2]
GALLERY = ROOT / "var" / "screenshots"
DOCS_IMAGES = ROOT / "docs" / "images"
WIDTHS = (375, 768, 1440)
MOST_BYTES = 200_000
COLOURS = (256, 128, 64, 32)
CITY, COUNTY, LAW_OFFICE = "sfj.localhost", "kongtong.sfj.localhost", "moujia.lawfirm.localhost"
JINGNING = "jingning.sfj.localhost"
DESK, TELEPHONE = (1440, 960), (375, 812)


class PictureTooLarge(RuntimeError):
    """A picture does not get below MOST_BYTES, however few colours it keeps."""


@dataclass(frozen=True)
class Demo:
    """The running cluster."""

    port: int
    password: str

    def url(self, host: str, path: str = "/") -> str:
        """Absolute address on one of its hosts."""
        return f"http://{host}:{self.port}{path}"

    def first(self, page: Page, host: str, column: str) -> str:
        """Address of the newest page of the column."""
        page.goto(self.url(host, f"/{column}/"))
        return str(page.locator(f"main a[href^='/{column}/t']").first.evaluate("link => link.href"))


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


def show_document(page: Page, demo: Demo) -> None:
    page.goto(demo.first(page, CITY, "zcwj"))


def show_guide(page: Page, demo: Demo) -> None:
    page.goto(demo.first(page, COUNTY, "ggflfw"))


def show_elder_home(page: Page, demo: Demo) -> None:
    page.goto(demo.url(CITY, "/?elder=1"))


def show_law_office(page: Page, demo: Demo) -> None:
    page.goto(demo.url(LAW_OFFICE))


def show_dashboard(page: Page, demo: Demo) -> None:
    sign_in(page, demo.url(COUNTY, "/admin/"), "kongtong-admin", demo.password)


def show_look(page: Page, demo: Demo) -> None:
    sign_in(page, demo.url(COUNTY, "/admin/"), "kongtong-admin", demo.password)
    page.goto(demo.url(COUNTY, "/admin/settings/themes/sitelook/"))
    page.wait_for_load_state("networkidle")


def show_calendar(page: Page, demo: Demo) -> None:
    sign_in(page, demo.url(COUNTY, "/admin/"), "kongtong-editor", demo.password)
    page.goto(demo.url(COUNTY, "/admin/editing/calendar/"))


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


def show_inbox(page: Page, demo: Demo) -> None:
    sign_in(page, demo.url(COUNTY, "/admin/"), "kongtong-r1", demo.password)
    page.goto(demo.url(COUNTY, "/admin/review/"))


def show_round(page: Page, demo: Demo) -> None:
    sign_in(page, demo.url(COUNTY, "/admin/"), "kongtong-r2", demo.password)
    page.goto(demo.url(COUNTY, "/admin/review/"))
    page.locator("main table a").first.click()
    page.frame_locator("main iframe").locator("h1").wait_for()


def show_record(page: Page, demo: Demo) -> None:
    show_round(page, demo)
    page.goto(f"{page.url}record/")


def show_blueprint(page: Page, demo: Demo) -> None:
    sign_in(page, demo.url(CITY, "/admin/"), "central", demo.password)
    page.goto(demo.url(CITY, "/admin/console/blueprints/county_bureau/"))


def show_compliance(page: Page, demo: Demo) -> None:
    sign_in(page, demo.url(CITY, "/admin/"), "central", demo.password)
    page.goto(demo.url(CITY, "/admin/console/compliance/"))


def show_plan(page: Page, demo: Demo) -> None:
    """A second release of the county bureaus' blueprint, planned and not begun; the first site's page of the plan."""
    show_blueprint(page, demo)
    tree = page.url
    page.goto(f"{tree}columns/-new/?parent=pufa")
    for name, value in (("title", "法治体检"), ("slug", "fztj"), ("key", "pufa_fztj"), ("keywords", "法治体检,企业")):
        page.fill(f"main [name={name}]", value)
    page.fill("main [name=description]", "面向中小企业公布法治体检的安排、流程和常见问题。")
    page.locator("main form button[type=submit]").first.click()
    page.goto(f"{tree}columns/ztzl/")
    page.fill("main [name=title]", "专题集锦")
    page.locator("main form button[type=submit]").first.click()
    page.goto(f"{tree}releases/")
    page.fill("main [name=note]", "新增法治体检栏目，专题专栏更名为专题集锦")
    page.locator("main button:has-text('发布')").first.click()
    page.goto(demo.url(CITY, "/admin/console/rollouts/new/?kind=county_bureau"))
    page.check("main [name=canaries][value=kongtong]")
    page.locator("main form button[type=submit]").last.click()
    page.locator("main a[href$='/sites/kongtong/']").first.click()
    for frame in ("before", "after"):
        page.frame_locator(f"main iframe[src*='{frame}']").locator("h1, h2").first.wait_for()


def show_search(page: Page, demo: Demo) -> None:
    page.goto(demo.url(CITY, "/search/?q=打官司没钱&scope=all"))


def show_stream(page: Page, demo: Demo) -> None:
    page.goto(demo.url(CITY, "/micro/?scope=all"))


def show_outbox(page: Page, demo: Demo) -> None:
    sign_in(page, demo.url(COUNTY, "/admin/"), "kongtong-admin", demo.password)
    page.goto(demo.url(COUNTY, "/admin/microblog/outbox/"))


def show_accounts(page: Page, demo: Demo) -> None:
    sign_in(page, demo.url(COUNTY, "/admin/"), "kongtong-admin", demo.password)
    page.goto(demo.url(COUNTY, "/admin/microblog/accounts/"))


def show_legal_education(page: Page, demo: Demo) -> None:
    page.goto(demo.url(CITY, "/pufa/"))


def show_episode(page: Page, demo: Demo) -> None:
    page.goto(demo.url(JINGNING, "/pufa/xcfz/di120qi/"))
    page.wait_for_function("document.querySelector('main audio, main video').readyState >= 2")


def show_paper(page: Page, demo: Demo) -> None:
    page.goto(demo.url(CITY, "/pufa/lwpfzc/"))
    page.locator("main a[href*='/di54qi/'], main a[href*='/lwpfzc/']").first.click()
    page.locator("main img").first.wait_for()


def show_digest_desk(page: Page, demo: Demo) -> None:
    sign_in(page, demo.url(CITY, "/admin/"), "city-editor", demo.password)
    page.goto(demo.url(CITY, "/admin/digest/"))


def show_digest_page(page: Page, demo: Demo) -> None:
    page.goto(demo.url(CITY, "/pufa/digest/"))


def show_cases(page: Page, demo: Demo) -> None:
    page.goto(demo.url(CITY, "/pufa/cases/"))


def show_duties(page: Page, demo: Demo) -> None:
    page.goto(demo.url(CITY, "/pufa/duties/"))


def show_activities(page: Page, demo: Demo) -> None:
    sign_in(page, demo.url(CITY, "/admin/"), "central", demo.password)
    page.goto(demo.url(CITY, "/admin/console/activities/"))


def show_question(page: Page, demo: Demo) -> None:
    """Entered as anybody may, and the first question answered."""
    page.goto(demo.url(JINGNING, "/pufa/quiz/"))
    page.locator("main a[href*='/pufa/quiz/']").first.click()
    page.locator("main a[href*='/take/']").first.click()
    page.fill("main [name=name]", "张示例")
    page.fill("main [name=phone]", "13900000120")
    for name in ("region", "unit"):
        if page.locator(f"main select[name={name}]").count():
            page.select_option(f"main select[name={name}]", index=1)
    page.check("main [name=agrees]")
    page.locator("main form button[type=submit]").first.click()
    page.locator(".quiz__item label").first.click()


def show_quiz_results(page: Page, demo: Demo) -> None:
    sign_in(page, demo.url(COUNTY, "/admin/"), "kongtong-admin", demo.password)
    page.goto(demo.url(COUNTY, "/admin/quiz/"))
    page.locator("main tbody a").first.click()
    page.goto(f"{page.url}results/")


def show_draw(page: Page, demo: Demo) -> None:
    page.goto(demo.url(COUNTY, "/pufa/quiz/"))
    page.locator("main a[href*='/pufa/quiz/']").first.click()
    page.locator("main a[href$='/draw/']").first.click()


SHOTS = (
    Shot("search", DESK, show_search),
    Shot("search-375", TELEPHONE, show_search),
    Shot("city-home", DESK, show_city_home),
    Shot("county-home-375", TELEPHONE, show_county_home),
    Shot("article-law", DESK, show_law),
    Shot("admin-editor", DESK, show_editor),
    Shot("members", DESK, show_members),
    Shot("county-home", DESK, show_county_home),
    Shot("document", DESK, show_document),
    Shot("guide-375", TELEPHONE, show_guide),
    Shot("elder-home", DESK, show_elder_home),
    Shot("law-office", DESK, show_law_office),
    Shot("dashboard", DESK, show_dashboard),
    Shot("look", DESK, show_look),
    Shot("calendar", DESK, show_calendar),
    Shot("console", DESK, show_console),
    Shot("review-inbox", DESK, show_inbox),
    Shot("review-round", DESK, show_round),
    Shot("review-record", (1200, 1400), show_record),
    Shot("blueprint-tree", DESK, show_blueprint),
    Shot("compliance", DESK, show_compliance),
    Shot("stream", DESK, show_stream),
    Shot("outbox", DESK, show_outbox),
    Shot("accounts", DESK, show_accounts),
    Shot("legal-education", DESK, show_legal_education),
    Shot("episode-375", TELEPHONE, show_episode),
    Shot("paper", DESK, show_paper),
    Shot("digest", DESK, show_digest_desk),
    Shot("digest-375", TELEPHONE, show_digest_page),
    Shot("cases", DESK, show_cases),
    Shot("duties", DESK, show_duties),
    Shot("activities", DESK, show_activities),
    Shot("quiz-375", TELEPHONE, show_question),
    Shot("quiz-results", DESK, show_quiz_results),
    Shot("quiz-draw", DESK, show_draw),
    Shot("rollout-plan", DESK, show_plan),
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


def take_docs(browser: Browser, demo: Demo, names: frozenset[str] = frozenset()) -> None:
    """The pictures of README and handbook; those of the names alone, where there are any."""
    for shot in (each for each in SHOTS if not names or each.name in names):
        picture = shrink(take(browser, demo, shot))
        (DOCS_IMAGES / f"{shot.name}.png").write_bytes(picture)
        sys.stdout.write(f"docs/images/{shot.name}.png {len(picture) / 1000:.0f} kB\n")


def take_gallery(browser: Browser, showcase: Showcase) -> None:
    """Every page type of a site of each theme, at every width, and the index."""
    GALLERY.mkdir(parents=True, exist_ok=True)
    rows = []
    for schema in showcase.sites():
        pages = [(f"{schema}-{number:02}", path) for number, path in enumerate(showcase.list_pages(schema))]
        for width in WIDTHS:
            with _window(browser, width) as page:
                for name, path in pages:
                    _take_page(page, showcase.url(schema, path), GALLERY / f"{name}-{width}.png")
        rows += [(f"{schema}{path}", name, WIDTHS) for name, path in pages]
        rows += [
            (f"{schema} {dress}", name, (width,)) for dress, name, width in _take_dresses(browser, showcase, schema)
        ]
        sys.stdout.write(f"{schema}: {len(pages)}\n")
    (GALLERY / "index.html").write_text(_make_index(rows), encoding="utf-8")
    sys.stdout.write(f"{GALLERY / 'index.html'}\n")


@contextmanager
def _window(browser: Browser, width: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
    try:
        yield context.new_page()
    finally:
        context.close()


def _take_page(page: Page, url: str, file: Path) -> None:
    page.goto(url)
    # Pictures below the window load when they come near it.
    page.evaluate("document.querySelectorAll('img[loading=lazy]').forEach(each => each.loading = 'eager')")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file, full_page=True, animations="disabled")


def _take_dresses(browser: Browser, showcase: Showcase, schema: str) -> list[tuple[str, str, int]]:
    dresses = (
        ("elder", "?elder=1", "screen"),
        ("elder-dark", "?elder=1&contrast=dark", "screen"),
        ("print", "", "print"),
    )
    taken = []
    for dress, query, media in dresses:
        name = f"{schema}-{dress}"
        with _window(browser, 1440) as page:
            page.emulate_media(media=media)  # type: ignore[arg-type] # "screen" or "print"
            _take_page(page, showcase.url(schema) + query, GALLERY / f"{name}-1440.png")
        taken.append((dress, name, 1440))
    return taken


def _make_index(rows: list[tuple[str, str, tuple[int, ...]]]) -> str:
    pictures = "".join(
        f"<h2>{html.escape(title)}</h2><p>"
        + "".join(f'<img src="{name}-{width}.png" width="{width // 3}" loading="lazy" alt="">' for width in widths)
        + "</p>"
        for title, name, widths in rows
    )
    return f"<!doctype html><meta charset=utf-8><title>Screenshots</title><style>p{{display:flex;gap:1rem;align-items:start}}</style>{pictures}"


def main(*, of_docs: bool, names: frozenset[str]) -> None:
    """Make a cluster, and take pictures of it: those of the docs (all, or some by name), or the whole gallery."""
    with (
        tempfile.TemporaryDirectory(dir=_results()) as folder,
        run_showcase(Path(folder)) as showcase,
        open_browser() as browser,
    ):
        if of_docs:
            take_docs(browser, Demo(showcase.port, PASSWORD), names)
        else:
            take_gallery(browser, showcase)


def _results() -> Path:
    RESULTS.mkdir(parents=True, exist_ok=True)
    return RESULTS


if __name__ == "__main__":
    main(of_docs="--docs" in sys.argv[1:], names=frozenset(sys.argv[1:]) - {"--docs"})
