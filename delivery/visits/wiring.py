"""What counting hooks into; called by the app's `ready`."""


def wire_visits() -> None:
    """Keep the beacon's address from pages, and add figures to the demo."""
    from site_core.demo_steps import SAMPLES, register_demo_step
    from site_core.paths import reserve

    from .demo import prepare_demo

    reserve("visit")
    register_demo_step(prepare_demo, order=SAMPLES + 20)
