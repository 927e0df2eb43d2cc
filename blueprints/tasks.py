"""Jobs of blueprints: a site's turn in a rollout, and the nightly comparison."""

from blueprints.comparing import compare_current_site
from blueprints.rollouts import run_turn
from tenants.jobs import every_site, site_task

QUEUE = "rollouts"


@site_task(queue=QUEUE)
def take_turn(turn_id: int) -> None:
    """The current site's turn in a rollout."""
    run_turn(turn_id)


@every_site("20 2 * * *")
@site_task(queue="housekeeping")
def compare_with_release() -> str:
    """Compare the site with its release; returns its condition."""
    return compare_current_site().condition
