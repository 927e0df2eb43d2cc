"""Colours as people write them, and how well one can be read on another (WCAG 2, 1.4.3)."""

import colorsys
import re

_HEX = re.compile(r"^#[0-9a-f]{6}$")
WHITE = "#ffffff"


class ColourUnreadable(ValueError):
    """Not a colour of the form #rrggbb."""


def read_colour(text: str) -> str:
    """`#rrggbb` in lower case. Raises ColourUnreadable."""
    colour = text.strip().lower()
    if not _HEX.match(colour):
        raise ColourUnreadable(f"“{text}”不是颜色，应如 #20456b。")
    return colour


def split(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(colour: str, other: str, share: float) -> str:
    """`share` (0 to 1) of the other colour in the first."""
    parts = (round(a + (b - a) * share) for a, b in zip(split(colour), split(other), strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


def contrast(text: str, ground: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((_luminance(text), _luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def to_hsl(colour: str) -> tuple[float, float, float]:
    """Hue in degrees, saturation and lightness in per cent."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(part / 255 for part in split(colour)))
    return hue * 360, saturation * 100, lightness * 100


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in split(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
