"""System checks of blueprints."""

from typing import Any

from django.core.checks import Error, Tags, register

from tenants.kinds import SiteKind


@register(Tags.models)
def check_shipped_blueprints(**kwargs: Any) -> list[Error]:
    """Each kind of site has a shipped blueprint that can be released."""
    from blueprints.shipped import ShippedBroken, read_shipped

    errors = []
    for kind in SiteKind.values:
        try:
            read_shipped(kind)
        except ShippedBroken as problem:
            hint = "Correct the file at the lines named."
            errors.append(Error(f"blueprints/shipped/{kind}.toml: {problem}", hint=hint, id="blueprints.E001"))
    return errors
