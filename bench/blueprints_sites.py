"""County sites on the shipped release, with articles in the column that gets another slug; and the time each site takes."""

from collections.abc import Iterator
from functools import cached_property
from statistics import median, quantiles
from typing import TYPE_CHECKING

from django.db import transaction

from bench.bulk import multiply_page
from bench.cluster_sites import BenchSites, schema_of
from bench.database import BenchServer
from bench.report import Figure, at_most
from blueprints.content import Content, Node
from blueprints.editing import add_node, change_node, list_below, place_node
from blueprints.models import Release
from blueprints.releasing import ensure_release, release_draft, save_draft
from blueprints.selectors import find_blueprint, list_sites
from search.actions import rewrite_pages
from site_core import privacy
from site_core.actions import ArticleDraft, publish_article
from site_core.models import ArticlePage, BasePage
from site_core.selectors import get_column
from tenants.current import enter_site
from tenants.models import Organisation

if TYPE_CHECKING:
    from bench.blueprints import BlueprintsRun, Scale

KIND = "county_bureau"
NEW, NEW_PARENT = "tzgg_bench", "gzdt"
RENAMED, NEW_SLUG = "tzgg", "tzgs"
MOVED, MOVED_TO = "xzfy", "fzzf"
"""Node keys: one column is new, one gets another title and slug, one goes below another with its children."""
CHANGES = frozenset({"create", "rename", "reslug", "move"})
"""What the second release means for each site."""


class CountySites:
    """The sites of a run, and the two releases between which they are brought to and fro."""

    def __init__(self, scale: "Scale", server: BenchServer) -> None:
        self._scale, self._server = scale, server
        self._made = BenchSites()
        self._made.ensure(scale.sites + 1)  # the city comes first
        self.first: Release = ensure_release(KIND)

    @property
    def seconds(self) -> list[float]:
        """How long each county's site took."""
        return self._made.seconds[1:]

    @cached_property
    def filled(self) -> list[Organisation]:
        """All of them, with their articles, which are made once."""
        sites = list(list_sites(KIND))
        for site in sites:
            fill_site(site, self._scale.articles)
        self._server.checkpoint()
        return sites

    @cached_property
    def second(self) -> Release:
        """The release with the changes."""
        blueprint = find_blueprint(KIND)
        if blueprint is None:
            raise LookupError(KIND)
        save_draft(KIND, change(self.first.content), version=blueprint.version, acting_user=None)
        return release_draft(KIND, "示例修改", acting_user=None)


def change(content: Content) -> Content:
    """One node added, one renamed with a new slug, one moved with its children."""
    if not list_below(content, MOVED):
        raise LookupError(f"{MOVED} has no children to be moved with")
    added = add_node(content, Node(NEW, "示例栏目", "bench-new", parent=NEW_PARENT, kind="工作动态"))
    renamed = change_node(added, RENAMED, title="通知公示", slug=NEW_SLUG)
    return place_node(renamed, MOVED, MOVED_TO)


def fill_site(site: Organisation, articles: int) -> None:
    """So many public articles with their catalogue entries in the column that is renamed."""
    with enter_site(site):
        page = _publish_one()
        multiply_page(page, articles - 1)
        copies = ArticlePage.objects.sibling_of(page, inclusive=False).values_list("pk", flat=True)
        with transaction.atomic(), privacy.read_once():
            rewrite_pages(list(copies))


@transaction.atomic
def _publish_one() -> ArticlePage:
    draft = ArticleDraft("示例公告", [("paragraph", "<p>公告正文，仅供测试。</p>")], fields={"slug": "bench-notice"})
    return publish_article(get_column(RENAMED), draft, reason="示例")


def measure_creation(run: "BlueprintsRun") -> Iterator[Figure]:
    """p95 over all county sites, each made by the product's action in a transaction of its own, as the console's form does."""
    seconds = run.counties.seconds
    with enter_site(schema_of(run.scale.sites)):
        columns = BasePage.objects.exclude(node_key="").count()
    notes = {
        "sites": len(seconds),
        "columns": columns,
        "median_s": round(median(seconds), 4),
        "slowest_s": round(max(seconds), 4),
    }
    yield Figure("create_site_p95", quantiles(seconds, n=20, method="inclusive")[-1], "s", at_most(1.5), notes)
