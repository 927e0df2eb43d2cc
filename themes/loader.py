"""Templates by the current site's theme: the theme's own, those of what it extends, then the app's.

Compiled templates are kept for each theme apart. Templates of the admin know no theme and are kept once.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import SuspiciousFileOperation
from django.template import Origin, TemplateDoesNotExist
from django.template.loaders import cached
from django.template.loaders.base import Loader as BaseLoader
from django.utils._os import safe_join

from themes.registry import list_chain
from themes.selectors import find_current_theme

_WITHOUT_THEME = ("wagtail", "admin/", "django/", "registration/", "account")


def has_theme(template_name: str) -> bool:
    """Whether themes may override the template."""
    return not template_name.startswith(_WITHOUT_THEME)


class ThemeFiles(BaseLoader):
    """Files in the `templates/` folders of the current site's theme and of those it extends."""

    def get_template_sources(self, template_name: str) -> Iterator[Origin]:
        """Where the template may lie, nearest first."""
        theme = find_current_theme() if has_theme(template_name) else None
        for each in list_chain(theme) if theme else ():
            try:
                path = safe_join(each.folder / "templates", template_name)
            except SuspiciousFileOperation:
                continue
            yield Origin(name=path, template_name=template_name, loader=self)

    def get_contents(self, origin: Origin) -> str:
        """Text of the file. Raises TemplateDoesNotExist."""
        try:
            return Path(origin.name).read_text(encoding=self.engine.file_charset)
        except FileNotFoundError as error:
            raise TemplateDoesNotExist(origin) from error


class Loader(cached.Loader):
    """Django's cached loader, with the theme in its keys."""

    def cache_key(self, template_name: str, skip: Any = None) -> str:
        """Django's key, behind the name of the theme."""
        theme = find_current_theme() if has_theme(template_name) else None
        return f"{theme.folder if theme else ''}|{super().cache_key(template_name, skip)}"
