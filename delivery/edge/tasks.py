"""Jobs of the edge: bring purges to each Varnish node, look after those that fail."""

from django.db import close_old_connections
from procrastinate.contrib.django import app

from delivery.edge import actions
from tenants.current import leave_site

_FIRST = 100
"""Readers wait for these: before all other jobs."""


@app.task(name="delivery.push_to_node", queue="edge", priority=_FIRST, pass_context=False)
def push_to_node(address: str) -> bool:
    """Tell one node what changed."""
    close_old_connections()
    with leave_site():
        return actions.push(address)


@app.task(name="delivery.push_to_node_again", queue="edge", pass_context=False)
def push_to_node_again(address: str, up_to: int) -> bool:
    """The same once more, for answers that were on their way."""
    close_old_connections()
    with leave_site():
        return actions.push_again(address, up_to)


@app.task(name="delivery.revive_node", queue="edge", pass_context=False)
def revive_node(address: str) -> bool:
    """Try a node that failed; where it fails again, the next attempt is queued."""
    close_old_connections()
    with leave_site():
        return actions.revive(address)


@app.periodic(cron="* * * * *")
@app.task(name="delivery.watch_nodes", queue="edge", queueing_lock="delivery.watch_nodes", pass_context=False)
def watch_nodes(timestamp: int) -> int:
    """Once a minute: nodes and rows whose jobs were lost, and nodes that are new or gone."""
    close_old_connections()
    with leave_site():
        return len(actions.watch())
