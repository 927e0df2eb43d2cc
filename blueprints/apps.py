"""App of the blueprints."""

from django.apps import AppConfig


class BlueprintsConfig(AppConfig):
    """Wires blueprints to the making of sites and to the words that locks speak."""

    name = "blueprints"
    verbose_name = "蓝图"

    def ready(self) -> None:
        from site_core.demo_steps import SAMPLES, register_demo_step
        from site_core.locks import name_locker_by

        from . import checks, provisioning_steps, tasks  # noqa: F401 - they register themselves
        from .demo import adopt_site
        from .selectors import name_locker

        name_locker_by(name_locker)
        register_demo_step(adopt_site, order=SAMPLES - 10)
