"""Brings a database to so many sites and articles: `python -m bench.growth_fill SITES ARTICLES`, in a process of its own.

All articles but the samples stand on the city's site. What is there already stays: sites come on top, articles are multiplied
once. Prints what `growth_databases.Filled` wants to know, as JSON.
"""

import json
import sys
import time
from typing import Any

import django

django.setup()

from django.contrib.auth.models import Group  # noqa: E402 - Django had to be set up before
from django.core.management import call_command  # noqa: E402 - as above
from django.db import connection, transaction  # noqa: E402 - as above
from django.test import Client  # noqa: E402 - as above

from accounts.models import User  # noqa: E402 - as above
from bench.bulk import multiply_page, tidy  # noqa: E402 - as above
from bench.bulk_catalogue import multiply_entry, tidy_catalogue  # noqa: E402 - as above
from bench.cluster_sites import CITY, host_of, order_of, schema_of  # noqa: E402 - as above
from bench.growth_series import LIST  # noqa: E402 - as above
from bench.growth_sizes import split  # noqa: E402 - as above
from bench.sample_text import make_law, make_notice, time_of, time_of_law  # noqa: E402 - as above
from bench.search_load import count_words  # noqa: E402 - as above
from bench.site_content import attach_files, publish_sample  # noqa: E402 - as above
from search.shipped_words import load_shipped_words  # noqa: E402 - as above
from site_core.actions import ArticleDraft, publish_article  # noqa: E402 - as above
from site_core.middleware import SEEN_KEY  # noqa: E402 - as above
from site_core.models import ArticlePage, ColumnPage, Membership  # noqa: E402 - as above
from site_core.sampling import add_sample_content  # noqa: E402 - as above
from site_core.selectors import get_column  # noqa: E402 - as above
from tenants.current import enter_site  # noqa: E402 - as above
from tenants.models import Organisation  # noqa: E402 - as above
from tenants.provisioning import create_site  # noqa: E402 - as above

NEWS_OF_A_COUNTY = 10
YEARS = 10
"""The copies lie evenly over so many years."""


def grow(sites: int, articles: int) -> None:
    """So many sites, and at least so many articles on the city's, each with its entry in the catalogue."""
    with connection.cursor() as cursor:
        is_new = "tenants_organisation" not in connection.introspection.table_names(cursor)
    if is_new:
        call_command("migrate", verbosity=0)
        load_shipped_words()
    _add_sites(sites)
    _multiply_articles(articles)
    count_words()


def _add_sites(count: int) -> None:
    for number in range(Organisation.objects.count(), count):
        order = order_of(number)
        create_site(order)
        with enter_site(order.schema_name) as site:
            if order.schema_name == CITY:
                _publish_samples(site)
            else:
                _publish_news()
    tidy_catalogue()


def _publish_samples(site: Organisation) -> None:
    """The demo's content, and the measured article with a notice beside it, older than the half of all."""
    add_sample_content(site)
    publish_sample(make_notice(), time_of(0))
    law = publish_sample(make_law(), time_of_law(0))
    attach_files(law, make_law())


def _publish_news() -> None:
    with transaction.atomic():
        draft = ArticleDraft("示例动态", [("paragraph", "<p>动态正文，仅供测试。</p>")], fields={"slug": "bench-news"})
        page = publish_article(get_column("gzdt"), draft)
    _multiply(page, NEWS_OF_A_COUNTY - 1, "1 day")
    tidy(ArticlePage)


def _multiply_articles(wanted: int) -> None:
    """Each of the city's articles again and again, back over the years, until there are so many."""
    with enter_site(CITY):
        missing = wanted - ArticlePage.objects.count()
        if missing <= 0:
            return
        columns = set(ColumnPage.objects.values_list("path", flat=True))
        # A document has a few interpretations, however many articles there are.
        articles = ArticlePage.objects.filter(interprets=None).exclude(slug=make_law().slug).order_by("pk")
        sources = [page for page in articles if page.path[: -page.steplen] in columns]
        for page, count in zip(sources, split(missing, len(sources)), strict=True):
            _multiply(page, count, f"{YEARS * 365 * 24 * 3600 // max(count, 1)} seconds")
        tidy(ArticlePage)
    tidy_catalogue()


def _multiply(page: ArticlePage, count: int, apart: str) -> None:
    page.refresh_from_db()
    multiply_entry(page.pk, multiply_page(page, count, apart=apart, is_tidied=False))


def open_session() -> str:
    """Key of a session of the city's administrator. A day is not idleness: other sizes may take long to make."""
    with enter_site(CITY):
        user, _ = User.objects.get_or_create(username="bench", defaults={"email": "bench@example.invalid"})
        Membership.objects.get_or_create(user=user, group=Group.objects.get(name="site_admin"))
        client = Client(HTTP_HOST=host_of(CITY))
        client.force_login(user, backend="accounts.authentication.MembershipBackend")
        session = client.session
        session[SEEN_KEY] += 24 * 3600
        session.save()
        return str(session.session_key)


def main() -> None:
    """Grow as told."""
    start = time.perf_counter()
    sites, articles = map(int, sys.argv[1:])
    grow(sites, articles)
    told: dict[str, Any] = {"seconds": time.perf_counter() - start, "session": open_session()}
    told["hosts"] = [host_of(CITY), *(host_of(schema_of(number)) for number in range(1, sites))]
    with enter_site(CITY):
        told["column"] = get_column(LIST).pk
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
