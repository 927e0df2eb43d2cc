"""App of the looks."""

from django.apps import AppConfig


class ThemesConfig(AppConfig):
    """Registers the checks, and what lower floors ask of the looks: a path, a label, a style for what broke."""

    name = "themes"
    verbose_name = "外观"

    def ready(self) -> None:
        from accounts.ledger_labels import register_action_labels
        from site_core.emergency_dress import register_emergency_style
        from site_core.paths import reserve

        from . import checks  # noqa: F401 - they register themselves
        from .selectors import find_default_style

        reserve("theme")
        register_action_labels({"look.changed": "修改外观"})
        register_emergency_style(find_default_style)
