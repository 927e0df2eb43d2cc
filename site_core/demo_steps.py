"""What other floors add to the demo: a registry, so that the command need not know them."""

from collections.abc import Callable

from tenants.models import Organisation

DemoStep = Callable[[Organisation], None]
_steps: list[tuple[int, DemoStep]] = []

SAMPLES = 100
"""The order at which the sample content is published: steps before it prepare the site, those after it build on it."""


def register_demo_step(step: DemoStep, *, order: int) -> None:
    """Run the callable inside each site of the demo, each time it is prepared: it must be safe to repeat."""
    if any(known is step for _, known in _steps):
        raise ValueError(f"{step!r} is registered already")
    _steps.append((order, step))
    _steps.sort(key=lambda pair: pair[0])


def run_demo_steps(site: Organisation) -> None:
    """All steps, in order, inside the site (which must be entered)."""
    for _, step in _steps:
        step(site)
