"""App of the looks."""

from django.apps import AppConfig


class ThemesConfig(AppConfig):
    """Registers the checks, the reserved path, and the style of the page that is shown when something broke."""

    name = "themes"
    verbose_name = "外观"

    def ready(self) -> None:
        from site_core.emergency_dress import register_emergency_style
        from site_core.paths import reserve

        from . import checks  # noqa: F401 - they register themselves
        from .selectors import find_default_style

        reserve("theme")
        register_emergency_style(find_default_style)
