"""A cluster with every page type, every section and every list on it, and what its pages are made of."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, transaction
from django.utils import timezone
from django_tenants.utils import schema_context

from delivery import once, purge
from delivery.cache.keys import PageKey
from delivery.cache.rendering import Rendered, render
from legal_education.campaigns.models import CampaignArticle
from legal_education.digest.models import DigestIssuePage, DigestItem, DigestPage
from microblog.models import Account, MicroPicture, StreamPage
from site_core.models import BasePage, ColumnPage, PageAttachment
from site_core.selectors import get_column
from tenants.current import enter_site
from tenants.models import Organisation
from tests.campaigns.samples import make_activity, make_campaign
from tests.cases.samples import LAW, add_duty, make_case, make_law
from tests.factories import make_article
from tests.legal_education.samples import make_every_form
from tests.microblog.samples import make_post
from tests.site_core.page_samples import (
    make_article_with_everything,
    make_column,
    make_document,
    make_file,
    make_guide,
    make_info,
    make_person,
    make_picture,
    make_topic,
    publish,
)
from tests.site_core.test_sections import everything, set_sections

CITY, COUNTY = "sfj.localhost", "kongtong.sfj.localhost"
ELDER = "1"


@dataclass(frozen=True)
class Scene:
    """The pages of the scene by name."""

    city: Organisation
    county: Organisation
    pages: dict[str, BasePage]

    def addresses(self) -> dict[str, PageKey]:
        """What is rendered: each page in its usual dress, lists further on, what robots read, and what is not there."""
        with enter_site(self.city):
            paths = {name: str(page.get_url()) for name, page in self.pages.items()}
        names = {f"city {name}": _key(CITY, path) for name, path in paths.items()}
        return names | {
            "city home": _key(CITY, "/"),
            "city home, elder": _key(CITY, "/", reader=ELDER),
            "city list, year": _key(CITY, paths["column lines"], "year=2026"),
            "city feed": _key(CITY, paths["column lines"] + "feed.xml"),
            "city missing": _key(CITY, "/meiyou/"),
            "city new": _key(CITY, "/xinlanmu/"),
            "city sitemap": _key(CITY, "/sitemap.xml"),
            "city sitemap part": _key(CITY, "/sitemap-1.xml"),
            "city site map": _key(CITY, "/site-map/"),
            "city sites": _key(CITY, "/sites/"),
            "city podcast": _key(CITY, paths["programme"] + "podcast.xml"),
            "city programme, year": _key(CITY, paths["programme"], "year=2026"),
            "county home": _key(COUNTY, "/"),
            "county robots": _key(COUNTY, "/robots.txt"),
            "county feed": _key(COUNTY, "/gzdt/feed.xml"),
            "county sitemap part": _key(COUNTY, "/sitemap-1.xml"),
            "county gzdt": _key(COUNTY, "/gzdt/"),
            "city stream, all sites": _key(CITY, "/micro/", "scope=all"),
            "city stream feed": _key(CITY, "/micro/feed.xml"),
            "city stream feed, all sites": _key(CITY, "/micro/feed.json", "scope=all"),
            "county stream": _key(COUNTY, "/micro/"),
            "county case": _key(COUNTY, "/pufa/yasf/anli/"),
            "county cases": _key(COUNTY, "/pufa/cases/"),
            "city cases": _key(CITY, "/pufa/cases/"),
            "city cases of law": _key(CITY, f"/pufa/cases/{LAW}/".encode().decode("latin-1")),
            "city duties": _key(CITY, "/pufa/duties/"),
            "county stream feed": _key(COUNTY, "/micro/feed.json"),
            "city education": _key(CITY, "/pufa/"),
            "city education, youth": _key(CITY, "/pufa/", "audience=youth"),
            "city education, list": _key(CITY, "/pufa/", "page=1"),
            "county education": _key(COUNTY, "/pufa/"),
            "city activities": _key(CITY, "/pufa/activities/"),
            "city activities, year": _key(CITY, "/pufa/activities/", f"year={timezone.localdate().year}"),
        }


def _key(host: str, path: str, query: str = "", *, reader: str = "") -> PageKey:
    return PageKey("http", host, path, query, reader)


@transaction.atomic
def build_scene() -> Scene:
    """Everything that readers can be shown, on the city's site, and a county's with news."""
    city = Organisation.objects.get(schema_name="city")
    county = Organisation.objects.get(schema_name="kongtong")
    make_article(county, "区里的消息", column="gzdt")
    make_article(city, "市里的通知")
    make_article(city, "市里的消息", column="gzdt")
    make_post(county, "区里的微博。")
    make_activity(county, "区里的活动")
    laws = {"law": make_law(city), "case": make_case(city, "市里的案例")}
    make_case(county, "区里的案例", slug="anli")
    with enter_site(city):
        add_duty("市公安局")
        pages = {**_make_pages(), **_make_stream(city), **make_every_form(), **_make_campaign(city), **laws}
        set_sections(*everything().items())
        PageAttachment.objects.update(label="")  # so that files are shown by their own names
    return Scene(city, county, pages)


def _make_pages() -> dict[str, BasePage]:
    lines = make_column("suoyou", "lines", "所有类型", page_size=5)
    layouts = {f"column {name}": make_column(f"c-{name}", name) for name in ("cards", "documents", "people", "guides")}
    numbers = ("平司发〔2026〕1号", "平司发〔2026〕2号", "平司发〔2026〕3号")
    first, second, third = (make_document(layouts["column documents"], number=each) for each in numbers)
    return {
        "column lines": lines,
        **layouts,
        "article": make_article_with_everything(lines),
        "article before": make_article_with_everything(lines),
        "article in cards": make_article_with_everything(layouts["column cards"]),
        "document": first,
        "document beside": second,
        "document last": third,
        "info": make_info(lines),
        "person": make_person(layouts["column people"]),
        "person beside": make_person(layouts["column people"]),
        "guide": make_guide(layouts["column guides"]),
        "topic": make_topic(lines),
        "empty column": make_column("kong", "lines", "空栏目"),
        "news column": get_column("gzdt"),
    }


def _make_stream(city: Organisation) -> dict[str, BasePage]:
    article = make_article(city, "微博所说的文章", column="gzdt", cover=make_picture("文章封面"), summary="文章摘要")
    post = make_post(city, "市里的微博。\n见 https://www.example.com/ 。", topic_word="宪法宣传周", link_page=article)
    post.pictures.add(*(MicroPicture(image=make_picture(f"微博配图{number}")) for number in range(2)))
    film = make_file("微博视频", "film.mp4", b"mp4")
    beside = make_post(city, "放片子的微博。", video=film)
    with transaction.atomic():
        post.save_revision().publish()
    Account.objects.create(name="平凉说法", platform="weibo", profile_url="https://weibo.example/pl", state="live")
    return {"stream": StreamPage.objects.get(), "post": post, "post beside": beside}


def _make_campaign(city: Organisation) -> dict[str, BasePage]:
    page = make_campaign(city, "宪法活动", cover=make_picture("活动封面"))
    page.articles = [CampaignArticle(page=make_article(city, "活动所选的文章"))]
    page.save_revision().publish()
    make_activity(city, "市里的活动", images=(make_picture("活动图片"),))
    digest = publish(get_column("pufa"), DigestPage(title="普法手机报", slug="sjb"))
    issue = DigestIssuePage(title="一期手机报", slug="sjb-1", number=1)
    issue.items = [DigestItem(article=page.articles.get().page)]
    return {"campaign": page, "digest": digest, "digest issue": publish(digest, issue)}


class Watcher:
    """Renders the scene's pages, and knows which tags were purged since."""

    def __init__(self, scene: Scene) -> None:
        self._application = get_wsgi_application()
        self._keys = scene.addresses()

    @property
    def names(self) -> list[str]:
        """Of all pages."""
        return list(self._keys)

    def render(self, names: Iterable[str] | None = None) -> dict[str, Rendered]:
        """Every page or those named, as a reader who is the first to ask for it gets it."""
        with connection_kept():
            return {
                name: render(self._application, self._keys[name]) for name in (self._keys if names is None else names)
            }


@dataclass(frozen=True)
class Question:
    """A statement that a page is made of, and the schema in which it was asked."""

    schema: str
    sql: str
    written_params: str
    params: Any = field(compare=False)


def _ask(questions: Iterable[Question]) -> dict[Question, list[Any]]:
    """The rows that each gives now."""
    answers = {}
    for schema, group in groupby(sorted(questions, key=attrgetter("schema")), attrgetter("schema")):
        with schema_context(schema), connection.cursor() as cursor:
            for each in group:
                answers[each] = cursor.execute(each.sql, each.params).fetchall()
    return answers


class Reads:
    """The statements that each page is made of, and what they gave.

    Where each of them gives the same, the page is the same, and need not be made to see that: what is made of something
    else than the database is not to be kept at all. Pages are made here with empty caches, so that no statement is missing.
    """

    def __init__(self, watcher: Watcher) -> None:
        self._of_page = {name: self._note(watcher, name) for name in watcher.names}
        self._answers = _ask(set().union(*self._of_page.values()))

    def list_changed(self) -> list[str]:
        """Pages of which a statement gives something else by now."""
        now = _ask(self._answers)
        changed = {each for each, answer in self._answers.items() if now[each] != answer}
        return [name for name, questions in self._of_page.items() if not changed.isdisjoint(questions)]

    def _note(self, watcher: Watcher, name: str) -> set[Question]:
        noted: set[Question] = set()

        def note(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
            if str(sql).startswith(("SELECT", "WITH")):
                noted.add(Question(connection.schema_name, str(sql), repr(params), params))
            return execute(sql, params, many, context)

        for alias in settings.CACHES:
            caches[alias].clear()
        with connection.execute_wrapper(note):
            watcher.render([name])
        return noted


@contextmanager
def connection_kept() -> Iterator[None]:
    """As in Django's own test client: a request of a test must not close the connection of the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


@contextmanager
def purged() -> Iterator[set[str]]:
    """The tags that were purged in the block, as if its transaction began there: a test is all one, and says each tag once."""
    connection.run_on_commit = [each for each in connection.run_on_commit if not isinstance(each[1], once._Done)]
    tags: set[str] = set()
    consumer: Callable[[tuple[str, ...]], Any] = tags.update
    purge.add_consumer(consumer)
    try:
        yield tags
    finally:
        purge._consumers.remove(consumer)


__all__ = ["ColumnPage", "Reads", "Scene", "Watcher", "build_scene", "purged"]
