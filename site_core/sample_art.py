"""Pictures of the sample content, drawn by the program: quiet ridges in a few colours, no photograph of anybody."""

import io
import math
import random

from PIL import Image, ImageDraw

SIZE = (960, 540)
_SCENES = {
    "terraces": ((233, 226, 208), (124, 63, 37), 7),
    "hall": ((226, 232, 240), (32, 69, 107), 3),
    "bridge": ((222, 234, 236), (20, 87, 107), 4),
    "classroom": ((238, 236, 226), (74, 85, 36), 3),
    "mediation": ((240, 230, 226), (132, 43, 61), 4),
}


def draw_scene(name: str, seed: str) -> bytes:
    """A JPEG of 960 by 540. Raises KeyError for a scene that is not known."""
    sky, ground, ridges = _SCENES[name]
    dice = random.Random(f"{name}:{seed}")  # noqa: S311 - a drawing, not a secret
    image = Image.new("RGB", SIZE, sky)
    draw = ImageDraw.Draw(image)
    _draw_sun(draw, dice, sky)
    for step in range(ridges):
        share = (step + 1) / ridges
        colour = tuple(round(a + (b - a) * share * 0.9) for a, b in zip(sky, ground, strict=True))
        draw.polygon(_ridge(dice, 0.35 + 0.6 * share * 0.85), fill=colour)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=82)
    return buffer.getvalue()


def list_scenes() -> list[str]:
    """Names that `draw_scene` knows."""
    return sorted(_SCENES)


def _draw_sun(draw: ImageDraw.ImageDraw, dice: random.Random, sky: tuple[int, int, int]) -> None:
    x, y, radius = dice.randint(120, SIZE[0] - 120), dice.randint(70, 150), dice.randint(26, 44)
    light = tuple(min(255, part + 14) for part in sky)
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=light)


def _ridge(dice: random.Random, height: float) -> list[tuple[float, float]]:
    waves = [(dice.uniform(0.6, 3.2), dice.uniform(0, math.tau), dice.uniform(8, 34)) for _ in range(3)]
    width, bottom = SIZE
    line = [
        (
            x,
            bottom * height + sum(size * math.sin(rate * math.tau * x / width + shift) for rate, shift, size in waves),
        )
        for x in range(0, width + 1, 8)
    ]
    return [(0.0, float(bottom)), *line, (float(width), float(bottom))]
