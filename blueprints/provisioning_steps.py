"""A new site is born on the current release of its kind."""

from blueprints.releasing import ensure_release
from blueprints.rollouts import apply_to_current_site
from tenants.models import Organisation
from tenants.provisioning import register_step


@register_step(name="blueprint", after=("home", "roles"))
def apply_current_release(site: Organisation) -> None:
    """Columns, home page, look and review as the blueprint has them."""
    apply_to_current_site(ensure_release(site.kind))
