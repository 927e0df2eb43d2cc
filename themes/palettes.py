"""A palette: one brand colour with its shades, and one accent. Three colours a page at the most (domain R1.23)."""

from dataclasses import dataclass
from typing import Any

from themes.colours import WHITE, contrast, mix, read_colour

LIGHTEST_INK, LIGHTEST_ELDER_INK = "#616b78", "#3d4651"
"""The lightest text there is, on white and on tints; in elder mode it is darker."""
CUSTOM = "c-"


class PaletteUnreadable(ValueError):
    """A palette with too little contrast; the text names the pair, its ratio and the least it must have."""


@dataclass(frozen=True)
class Palette:
    """Colours of a site; `regions` (GB/T 2260) and `kinds` say for which sites it is the default."""

    key: str
    label: str
    brand: str
    deep: str
    tint: str
    line: str
    accent: str
    regions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def list_pairs(self) -> list[tuple[str, str, str, float]]:
        """(what it is, text, ground, least contrast) of all pairs that must be readable."""
        return [
            ("白字在主色上", WHITE, self.brand, 7.0),
            ("主色字在浅底上", self.brand, self.tint, 4.5),
            ("白字在深色上", WHITE, self.deep, 7.0),
            ("强调色字在白底上", self.accent, WHITE, 4.5),
            ("次要文字在浅底上", LIGHTEST_INK, self.tint, 4.5),
        ]

    def list_elder_pairs(self) -> list[tuple[str, str, str, float]]:
        """The pairs of elder mode on white, all at least 7."""
        return [
            ("主色字在白底上", self.brand, WHITE, 7.0),
            ("白字在主色上", WHITE, self.brand, 7.0),
            ("次要文字在浅底上", LIGHTEST_ELDER_INK, self.tint, 7.0),
        ]

    def check(self) -> None:
        """Raises PaletteUnreadable for the first pair with too little contrast."""
        for what, text, ground, least in [*self.list_pairs(), *self.list_elder_pairs()]:
            ratio = contrast(text, ground)
            if ratio < least:
                raise PaletteUnreadable(
                    f"配色“{self.label}”：{what}（{text} / {ground}）对比度 {ratio:.1f}，不得低于 {least:g}。"
                )

    def to_tokens(self) -> dict[str, str]:
        """CSS custom properties of the palette."""
        return {
            "--brand": self.brand,
            "--brand-deep": self.deep,
            "--brand-soft": self.tint,
            "--brand-line": self.line,
            "--accent": self.accent,
        }


def read_palette(key: str, row: dict[str, Any]) -> Palette:
    """A palette as `theme.toml` has it. Raises KeyError, ColourUnreadable, PaletteUnreadable."""
    colours = {name: read_colour(row[name]) for name in ("brand", "deep", "tint", "line", "accent")}
    regions, kinds = tuple(row.get("regions", ())), tuple(row.get("kinds", ()))
    palette = Palette(key=key, label=row["label"], regions=regions, kinds=kinds, **colours)
    palette.check()
    return palette


def derive_palette(brand: str) -> Palette:
    """A palette around a site's own brand colour. Raises ColourUnreadable, PaletteUnreadable."""
    colour = read_colour(brand)
    palette = Palette(
        key=CUSTOM + colour[1:],
        label="自定主色",
        brand=colour,
        deep=mix(colour, "#0b1016", 0.55),
        tint=mix(colour, WHITE, 0.93),
        line=mix(colour, WHITE, 0.76),
        accent="#b0321f" if contrast("#b0321f", colour) > 1.2 else "#20456b",
    )
    palette.check()
    return palette
