"""Releases to roll out, and the jobs of a rollout run one by one in the test's own transaction."""

import json
from dataclasses import replace

from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from blueprints.content import Content
from blueprints.models import Blueprint, Rollout, SiteTurn
from blueprints.releasing import ensure_release, release_draft, save_draft
from blueprints.rollouts import plan_rollout, run_turn, start_rollout
from blueprints.site_state import read_site_state
from site_core import locks
from site_core.models import BasePage, ColumnPage, HomePage
from tenants.current import enter_site
from tenants.models import Organisation
from tests.blueprints.site_samples import make_node

COUNTY = "county_bureau"


def make_release(content, note="改了一处"):
    """The next release of the content's kind."""
    ensure_release(content.kind)
    blueprint = Blueprint.objects.get(kind=content.kind)
    save_draft(content.kind, content, version=blueprint.version, acting_user=None)
    return release_draft(content.kind, note, acting_user=None)


def current_content(kind=COUNTY) -> Content:
    """What the newest release says."""
    return ensure_release(kind).content


def with_new_node(content, key="xinlan", title="新栏目", **fields):
    """The content with a further column."""
    return replace(content, nodes=(*content.nodes, make_node(key, title=title, **fields)))


def change_title(content, key, title):
    """The content with that column renamed."""
    nodes = tuple(replace(node, title=title) if node.key == key else node for node in content.nodes)
    return replace(content, nodes=nodes)


def without_node(content, key):
    """The content without that column."""
    return replace(content, nodes=tuple(node for node in content.nodes if node.key != key))


def site_of(schema):
    return Organisation.objects.get(schema_name=schema)


def make_county(schema, name):
    """One more county site, as large clusters have them."""
    from tenants.provisioning import SiteOrder, create_site

    fields = {"name": f"{name}司法局", "short_name": f"{name}司法局", "kind": COUNTY, "state": "live"}
    return create_site(SiteOrder(schema, (f"{schema}.sfj.localhost",), "city", fields))


def take_slug(schema, slug):
    """A page of the site's own stands where a release wants to put a column."""
    with enter_site(schema), transaction.atomic():
        return HomePage.objects.get().add_child(instance=ColumnPage(title="本地的", slug=slug))


def drift_title(schema, key, title):
    """Rename a column behind the blueprint's back."""
    with enter_site(schema), transaction.atomic(), locks.rollout():
        page = BasePage.objects.get(node_key=key).specific
        page.title = title
        page.save(clean=False)


def title_of(schema, key):
    with enter_site(schema):
        return BasePage.objects.filter(node_key=key).values_list("title", flat=True).first()


def state_of(schema, content):
    with enter_site(schema):
        return read_site_state(content)


def list_jobs():
    """(site, turn) of the turns that are queued."""
    jobs = ProcrastinateJob.objects.filter(queue_name="rollouts", status="todo").order_by("id")
    return [(job.args["site"], job.args["turn_id"]) for job in jobs]


def run_job(schema, turn_id):
    """What a worker does with it."""
    with enter_site(schema):
        run_turn(turn_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE queue_name = 'rollouts' AND args @> %s",
            [json.dumps({"turn_id": turn_id})],
        )


def run_all(most=100):
    """Work off the queue; returns the schema names in the order of their turns."""
    done = []
    while jobs := list_jobs():
        run_job(*jobs[0])
        done.append(jobs[0][0])
        assert len(done) <= most
    return done


def begin(release, sites, **options):
    return start_rollout(plan_rollout(release, sites, **options))


def state(rollout):
    return Rollout.objects.get(pk=rollout.pk).state


def turns_of(rollout):
    return {turn.site.schema_name: turn for turn in SiteTurn.objects.filter(rollout=rollout).select_related("site")}
