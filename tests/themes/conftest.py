"""Themes of a test's own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.template import engines
from wagtail.models import Site

from site_core.locks import rollout
from tenants.current import enter_site
from tenants.kinds import SiteKind
from tenants.models import Organisation
from themes.models import SiteLook

PALETTE = """
[palettes.violet]
label = "紫"
brand = "#4a2a6a"
deep = "#2a1640"
tint = "#f4f0f8"
line = "#d8cde4"
accent = "#80302a"
"""


@pytest.fixture
def make_theme(tmp_path: Path, settings: Any) -> Callable[..., Path]:
    """`make_theme(toml, **files)`: a theme `own` for county bureaus in a temporary folder, in force for the test."""

    def make(toml: str = "", files: dict[str, str] | None = None, *, kind: str = SiteKind.COUNTY_BUREAU) -> Path:
        folder = tmp_path / "themes" / "own"
        head = f'label = "自己的"\nkinds = ["{kind}"]\n'
        for name, text in {"theme.toml": head + toml, **(files or {})}.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        settings.THEME_DIRS = [*settings.THEME_DIRS, folder.parent]
        for loader in engines["django"].engine.template_loaders:
            loader.reset()
        return folder

    return make


@pytest.fixture
def name_theme() -> Callable[[Organisation, str], None]:
    """`name_theme(site, name)`: what the site's blueprint says of its theme; '' leaves it to the kind."""

    def name_it(site: Organisation, name: str) -> None:
        with enter_site(site), rollout():
            look = SiteLook.objects.first() or SiteLook(site=Site.objects.get())
            look.theme = name
            look.save()

    return name_it
