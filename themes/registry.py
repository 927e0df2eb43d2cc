"""Themes, as found in the folders of THEME_DIRS: `<name>/theme.toml`, beside it `templates/`, `css/`, `static/`.

A theme that breaks a rule is not loaded; the system checks say which and why. A later folder's theme of the same name,
or for the same kind of site, wins.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from tenants.kinds import SiteKind
from themes.palettes import CUSTOM, Palette, derive_palette, read_palette

BASE = "base"


class ThemeBroken(ValueError):
    """A theme that cannot be loaded; the text says what to mend."""


@dataclass(frozen=True)
class Theme:
    """A theme: what it extends, which kinds of site wear it, its palettes in order, its files."""

    name: str
    label: str
    folder: Path
    extends: str = ""
    kinds: tuple[str, ...] = ()
    css: tuple[str, ...] = ()
    tokens: dict[str, str] = field(default_factory=dict, hash=False)
    palettes: dict[str, Palette] = field(default_factory=dict, hash=False)

    def list_css_files(self) -> list[Path]:
        """Its own style sheets, in the order in which they apply."""
        return [self.folder / "css" / name for name in self.css]


@dataclass(frozen=True)
class Themes:
    """All themes that could be loaded, and what is wrong with the others."""

    by_name: dict[str, Theme]
    faults: tuple[str, ...]


def get_themes() -> Themes:
    """The themes of the folders that are set, read once a process."""
    return _read_themes(tuple(str(folder) for folder in settings.THEME_DIRS))


@cache
def _read_themes(folders: tuple[str, ...]) -> Themes:
    found: dict[str, Theme] = {}
    faults = []
    for file in _list_theme_files(folders):
        try:
            theme = read_theme(file)
        except ThemeBroken as fault:
            faults.append(str(fault))
        else:
            found.pop(theme.name, None)  # a later one stands later, and so wins its kinds
            found[theme.name] = theme
    faults += [f"{theme.name}：没有主题“{theme.extends}”可继承。" for theme in _list_orphans(found)]
    return Themes(found, tuple(faults))


def _list_theme_files(folders: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(Path(folder).glob("*/theme.toml"))


def _list_orphans(found: dict[str, Theme]) -> list[Theme]:
    return [theme for theme in found.values() if theme.extends and theme.extends not in found]


def read_theme(file: Path) -> Theme:
    """The theme that the file describes. Raises ThemeBroken."""
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        palettes = {key: read_palette(key, row) for key, row in data.get("palettes", {}).items()}
        theme = _make_theme(file, data, palettes)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ThemeBroken(f"{file.parent.name}/theme.toml：{_tell(error)}") from error
    _check_files(theme)
    return theme


def _make_theme(file: Path, data: dict[str, Any], palettes: dict[str, Palette]) -> Theme:
    name = file.parent.name
    return Theme(
        name=name,
        label=data["label"],
        folder=file.parent,
        extends=data.get("extends", BASE if name != BASE else ""),
        kinds=tuple(SiteKind(kind) for kind in data.get("kinds", ())),
        css=tuple(data.get("css", ())),
        tokens={f"--{key}": str(value) for key, value in data.get("tokens", {}).items()},
        palettes=palettes,
    )


def _tell(error: Exception) -> str:
    return f"缺少 {error}" if isinstance(error, KeyError) else str(error)


def _check_files(theme: Theme) -> None:
    missing = [file.name for file in theme.list_css_files() if not file.is_file()]
    if missing:
        raise ThemeBroken(f"{theme.name}/theme.toml：没有样式文件 css/{'、css/'.join(missing)}")


def find_theme(name: str) -> Theme | None:
    """The theme of that name."""
    return get_themes().by_name.get(name)


def theme_of_kind(kind: str) -> Theme | None:
    """The theme that sites of that kind wear: the last that names the kind, else the base theme."""
    themes = get_themes().by_name
    wearing = [theme for theme in themes.values() if kind in theme.kinds]
    return wearing[-1] if wearing else themes.get(BASE)


def list_chain(theme: Theme) -> list[Theme]:
    """The theme, what it extends, and so on down to the base."""
    chain, themes = [theme], get_themes().by_name
    while chain[-1].extends in themes and themes[chain[-1].extends] not in chain:
        chain.append(themes[chain[-1].extends])
    return chain


def palettes_of(theme: Theme) -> dict[str, Palette]:
    """Palettes of the theme, or of the nearest one it extends that has any."""
    return next((each.palettes for each in list_chain(theme) if each.palettes), {})


def find_palette(theme: Theme, key: str) -> Palette | None:
    """A palette of the theme, or the one around a site's own colour (`c-20456b`)."""
    if key.startswith(CUSTOM):
        try:
            return derive_palette(f"#{key.removeprefix(CUSTOM)}")
        except ValueError:
            return None
    return palettes_of(theme).get(key)


def default_palette(theme: Theme, *, kind: str, region: str) -> Palette | None:
    """The palette of a site that has chosen none: by its region, then by its kind, then the theme's first."""
    palettes = list(palettes_of(theme).values())
    by_region = [each for each in palettes if region and region in each.regions]
    by_kind = [each for each in palettes if kind in each.kinds]
    return next(iter([*by_region, *by_kind, *palettes]), None)
