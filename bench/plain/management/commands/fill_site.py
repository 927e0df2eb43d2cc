"""`fill_site ARTICLES`: home page, the columns of a county bureau, and the sample articles."""

import tomllib
from typing import Any

from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandParser
from wagtail.documents.models import Document
from wagtail.models import Page, Site

from bench.bulk import multiply_page
from bench.plain.models import ArticleAttachment, ArticlePage, ColumnPage, HomePage, SiteFacts
from bench.plain.settings import BASE_DIR, HOST
from bench.sample_text import COLUMN, OWNER, SampleArticle, make_law, make_notice, time_of, time_of_law

_COLUMNS = BASE_DIR / "blueprints" / "shipped" / "county_bureau.toml"


class Command(BaseCommand):
    """For an empty database that is migrated."""

    help = "Fill the peer's site."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("articles", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        """As many articles, in the same order, as the cluster's measured site has."""
        column = _make_columns(_make_home())[COLUMN]
        notice = _publish(column, make_notice(), time_of(0))
        multiply_page(notice, options["articles"] - 2)
        column.refresh_from_db()
        _attach(_publish(column, make_law(), time_of_law(options["articles"])), make_law())


def _make_home() -> HomePage:
    Page.objects.filter(depth=2).delete()  # the welcome page, and its site
    home = HomePage(title=OWNER["name"], slug="home")
    Page.objects.get(depth=1).add_child(instance=home)
    site = Site.objects.create(hostname=HOST, port=80, root_page=home, is_default_site=True)
    SiteFacts.objects.create(site=site, **OWNER)
    return home


def _make_columns(home: HomePage) -> dict[str, Page]:
    made: dict[str, Page] = {"": home}
    for row in tomllib.loads(_COLUMNS.read_text(encoding="utf-8"))["node"]:
        fields = {key: row[key] for key in ("slug", "title", "kind", "keywords", "show_in_menus")}
        column = ColumnPage(summary=row["description"], **fields)
        made[row.get("parent", "")].add_child(instance=column)
        made[row["key"]] = column
    return made


def _publish(column: Page, article: SampleArticle, published: Any) -> ArticlePage:
    fields: dict[str, Any] = {**article.fields, "first_published_at": published, "last_published_at": published}
    page = ArticlePage(title=article.title, slug=article.slug, **fields)
    page.body = [{"type": kind, "value": value} for kind, value in article.body]  # type: ignore[assignment] # a StreamField takes it
    column.add_child(instance=page)
    return page


def _attach(page: ArticlePage, article: SampleArticle) -> None:
    for number, file in enumerate(article.files):
        content = ContentFile(file.content, name=file.filename)
        document = Document.objects.create(title=file.title, file=content)
        ArticleAttachment.objects.create(page=page, document=document, sort_order=number)
