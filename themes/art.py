"""Drawn artwork: the mountains of a site, as SVG that tiles sideways without a seam. The seed is the palette's key.

Pieces: `ridges` (home masthead, runs into the navigation), `low` (masthead of other pages), `foot` (above the footer),
`night` (on dark bands), `mist` (page not found). Colours come from the palette; the sky is painted by CSS.
"""

import math
import random
from dataclasses import dataclass
from functools import lru_cache

from themes.colours import WHITE, mix
from themes.palettes import Palette

WIDTH = 1440
_STEP = 16


@dataclass(frozen=True)
class Terrain:
    """How a country looks: height and roughness of its ridges, steps for terraces, and one peak (place, height, width)."""

    rise: float = 1.0
    rough: float = 1.0
    terraces: int = 0
    peak: tuple[float, float, float] | None = None


# 崆峒 has its mountain, 静宁 and 庄浪 their terraces, 泾川 and 灵台 the flat 塬, 华亭 the steep 关山.
_TERRAINS = {
    "dailan": Terrain(peak=(0.36, 62, 74)),
    "songqing": Terrain(rise=1.1, rough=1.3, peak=(0.44, 96, 82)),
    "jingqing": Terrain(rise=0.7, rough=0.5),
    "qingtong": Terrain(rise=0.8, rough=0.7, terraces=14),
    "huailv": Terrain(rise=0.9, rough=0.9),
    "yaozi": Terrain(rise=1.25, rough=1.7, peak=(0.7, 70, 60)),
    "titian": Terrain(rise=1.0, rough=0.6, terraces=10),
    "guohong": Terrain(rise=0.95, rough=0.6, terraces=12),
    "mo": Terrain(rise=0.55, rough=0.5),
    "yinni": Terrain(rise=0.8, rough=0.8),
    "nuanzhe": Terrain(rise=0.85, rough=0.7),
}


@dataclass(frozen=True)
class Ridge:
    """One line of mountains: where it stands (0 top, 1 bottom), how high it swings, its colour, whether the peak is on it."""

    base: float
    swing: float
    colour: str
    peaked: bool = False


@dataclass(frozen=True)
class Piece:
    """A piece of artwork: its height, and how its ridges are made of a palette, far ones first."""

    height: int
    shades: tuple[tuple[float, float, float, bool], ...]  # base, swing, share of the ground colour, peaked
    far: str  # name of the palette's colour that distance fades into
    near: str


_PIECES = {
    "ridges": Piece(
        height=240,
        shades=((0.42, 30, 0.16, False), (0.55, 26, 0.3, True), (0.7, 22, 0.5, False), (0.88, 14, 1.0, False)),
        far="tint",
        near="brand",
    ),
    "low": Piece(124, ((0.4, 18, 0.18, False), (0.62, 15, 0.42, False), (0.86, 9, 1.0, False)), "tint", "brand"),
    "foot": Piece(84, ((0.34, 13, 0.2, False), (0.58, 12, 0.5, False), (0.84, 7, 1.0, False)), "tint", "deep"),
    "night": Piece(190, ((0.4, 28, 0.5, False), (0.6, 24, 0.3, True), (0.82, 15, 0.1, False)), "deep", "brand"),
    "mist": Piece(
        height=300,
        shades=((0.3, 34, 0.1, False), (0.5, 30, 0.18, True), (0.68, 26, 0.28, False), (0.86, 18, 0.42, False)),
        far="tint",
        near="brand",
    ),
}
PIECES = tuple(_PIECES)


@lru_cache(maxsize=256)
def draw(piece: str, palette: Palette) -> str:
    """The piece as SVG, the same for the same palette. Raises KeyError for a piece that is not known."""
    form = _PIECES[piece]
    terrain = _TERRAINS.get(palette.key, Terrain(rough=0.8))
    dice = random.Random(f"{piece}:{palette.key}")  # noqa: S311 - a drawing, not a secret
    far, near = getattr(palette, form.far), getattr(palette, form.near)
    ridges = [Ridge(base, swing, mix(far, near, share), peaked) for base, swing, share, peaked in form.shades]
    paths = "".join(_draw_ridge(ridge, form.height, terrain, dice) for ridge in ridges)
    size = f'width="{WIDTH}" height="{form.height}" viewBox="0 0 {WIDTH} {form.height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} preserveAspectRatio="none">{paths}</svg>'


def _draw_ridge(ridge: Ridge, height: int, terrain: Terrain, dice: random.Random) -> str:
    line = _make_line(ridge, height, terrain, dice)
    points = " ".join(f"{x},{y:.1f}" for x, y in line)
    body = f'<polygon fill="{ridge.colour}" points="0,{height} {points} {WIDTH},{height}"/>'
    return body + _draw_terraces(ridge, height, terrain, line)


def _make_line(ridge: Ridge, height: int, terrain: Terrain, dice: random.Random) -> list[tuple[int, float]]:
    """Heights along the ridge: waves whose lengths divide the width, so that both ends meet, and the peak."""
    waves = [
        (rate, dice.uniform(0, math.tau), ridge.swing * terrain.rise * weight)
        for rate, weight in _list_rates(terrain, dice)
    ]
    return [(x, _height_at(x / WIDTH, ridge, height, terrain, waves)) for x in range(0, WIDTH + 1, _STEP)]


def _list_rates(terrain: Terrain, dice: random.Random) -> list[tuple[int, float]]:
    slow = [(dice.choice((1, 2)), 0.55), (dice.choice((2, 3)), 0.4), (dice.choice((4, 5)), 0.28)]
    quick = [(dice.choice((7, 9)), 0.16), (dice.choice((13, 17)), 0.08), (dice.choice((23, 29)), 0.045)]
    return slow + [(rate, weight * terrain.rough) for rate, weight in quick]


def _height_at(
    place: float, ridge: Ridge, height: int, terrain: Terrain, waves: list[tuple[int, float, float]]
) -> float:
    swing = sum(size * _crest(math.sin(rate * math.tau * place + shift)) for rate, shift, size in waves)
    return max(2.0, ridge.base * height - swing - (_peak_at(place, terrain) * height / 240 if ridge.peaked else 0))


def _crest(wave: float) -> float:
    """Mountains are sharper above than below."""
    return wave if wave < 0 else wave**1.4 * 1.15


def _peak_at(place: float, terrain: Terrain) -> float:
    if terrain.peak is None:
        return 0.0
    centre, high, wide = terrain.peak
    away = abs(place - centre) * WIDTH / wide
    return high * (max(0.0, 1 - away) ** 1.6 * 0.8 + max(0.0, 1 - away / 2.6) ** 2 * 0.35)


def _draw_terraces(ridge: Ridge, height: int, terrain: Terrain, line: list[tuple[int, float]]) -> str:
    """Fields in steps below the ridge: its own line again, lower and flatter, as hairlines."""
    if not terrain.terraces or ridge.swing < 12:
        return ""
    colour = mix(ridge.colour, WHITE, 0.22)
    lowest = max(y for _, y in line)
    steps = []
    for number in range(1, 4):
        share = 1 - number * 0.2
        points = " ".join(
            f"{x},{min(height, lowest - (lowest - y) * share + number * terrain.terraces * 0.6):.1f}"
            for x, y in line[::3]
        )
        steps.append(f'<polyline points="{points}"/>')
    return f'<g fill="none" stroke="{colour}" stroke-width="1">{"".join(steps)}</g>'
