"""App of the looks."""

from django.apps import AppConfig


class ThemesConfig(AppConfig):
    """Registers the checks; nothing else is hooked into."""

    name = "themes"
    verbose_name = "外观"

    def ready(self) -> None:
        from site_core.paths import reserve

        from . import checks  # noqa: F401 - they register themselves

        reserve("theme")
