"""Pictures of the sample content, drawn by the program: quiet places in few colours, no photograph of anybody.

Drawn at twice their size and reduced, so that edges are smooth. The same name and variant give the same picture.
"""

import io
import math
import random
from functools import cache

from PIL import Image, ImageDraw

SIZE = (1280, 800)
VARIANTS = 3
_SCALE = 2
_WIDTH, _HEIGHT = SIZE[0] * _SCALE, SIZE[1] * _SCALE

Colour = tuple[int, int, int]
# Sky, far and near colour of each scene, and what is drawn there, in words for those who do not see it.
_SCENES: dict[str, tuple[Colour, Colour, Colour, str]] = {
    "terraces": ((238, 232, 220), (205, 182, 158), (124, 63, 37), "一层层梯田绕着山塬"),
    "hall": ((231, 238, 245), (158, 178, 200), (32, 69, 107), "山前的办事大厅，门前有台阶和立柱"),
    "bridge": ((228, 239, 242), (150, 186, 196), (20, 87, 107), "三孔石桥横过河面"),
    "classroom": ((243, 241, 231), (190, 193, 163), (74, 85, 36), "院子里摆着长凳，准备上法治课"),
    "mediation": ((243, 233, 231), (206, 172, 170), (132, 43, 61), "一张方桌，四面长凳，是村里的调解室"),
    "yaodong": ((233, 241, 236), (160, 190, 176), (31, 83, 71), "一排窑洞和一棵老槐树"),
    "orchard": ((244, 237, 232), (214, 186, 168), (124, 63, 37), "山坡上的果园"),
}


def list_scenes() -> list[str]:
    """Names that `draw_scene` knows."""
    return sorted(_SCENES)


def describe_scene(name: str) -> str:
    """What the picture shows, as its alternative text. Raises KeyError for a scene that is not known."""
    return f"示意画：{_SCENES[name][3]}"


@cache
def draw_scene(name: str, variant: int = 0) -> bytes:
    """A JPEG of 1280 by 800. Raises KeyError for a scene that is not known."""
    sky, far, near, _ = _SCENES[name]
    dice = random.Random(f"{name}:{variant}")  # noqa: S311 - a drawing, not a secret
    image = Image.new("RGB", (_WIDTH, _HEIGHT), sky)
    draw = ImageDraw.Draw(image)
    _draw_sun(draw, dice, sky)
    for share, height in ((0.0, 0.42), (0.3, 0.5), (0.55, 0.58)):
        draw.polygon(_ridge(dice, height, 60), fill=_mix(far, near, share))
    _FOREGROUNDS[name](draw, dice, near)
    buffer = io.BytesIO()
    image.resize(SIZE, Image.Resampling.LANCZOS).save(buffer, "JPEG", quality=84)
    return buffer.getvalue()


def _mix(colour: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def _light(colour: Colour, share: float) -> Colour:
    return _mix(colour, (255, 255, 255), share)


def _dark(colour: Colour, share: float) -> Colour:
    return _mix(colour, (16, 18, 22), share)


def _draw_sun(draw: ImageDraw.ImageDraw, dice: random.Random, sky: Colour) -> None:
    x, y, radius = dice.randint(300, _WIDTH - 300), dice.randint(180, 320), dice.randint(60, 90)
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_light(sky, 0.6))


def _ridge(dice: random.Random, height: float, swing: float) -> list[tuple[float, float]]:
    waves = [(dice.uniform(0.6, 2.6), dice.uniform(0, math.tau), dice.uniform(0.3, 1.0) * swing) for _ in range(3)]
    waves.append((dice.uniform(5, 9), dice.uniform(0, math.tau), swing * 0.12))
    line = [
        (
            x,
            _HEIGHT * height
            + sum(size * math.sin(rate * math.tau * x / _WIDTH + shift) for rate, shift, size in waves),
        )
        for x in range(0, _WIDTH + 1, 16)
    ]
    return [(0.0, float(_HEIGHT)), *line, (float(_WIDTH), float(_HEIGHT))]


def _ground(draw: ImageDraw.ImageDraw, top: int, colour: Colour) -> None:
    draw.rectangle((0, top, _WIDTH, _HEIGHT), fill=colour)


def _terraces(draw: ImageDraw.ImageDraw, dice: random.Random, near: Colour) -> None:
    phase = dice.uniform(0, math.tau)
    for step in range(9):
        share = step / 8
        line = [
            (
                x,
                _HEIGHT * (0.6 + 0.05 * step)
                + 46 * (1 - share * 0.5) * math.sin(2.2 * math.tau * x / _WIDTH * (0.5 + share * 0.2) + phase + share),
            )
            for x in range(0, _WIDTH + 1, 16)
        ]
        draw.polygon([(0, _HEIGHT), *line, (_WIDTH, _HEIGHT)], fill=_mix(_light(near, 0.5), near, share))
        draw.line(line, fill=_light(near, 0.55 - share * 0.3), width=5)


def _hall(draw: ImageDraw.ImageDraw, dice: random.Random, near: Colour) -> None:
    _ground(draw, 1260, _light(near, 0.82))
    left, right, top = 620, 1940, 860
    draw.polygon([(left - 90, top), (_WIDTH // 2, top - 190), (right + 90, top)], fill=near)
    draw.rectangle((left - 40, top, right + 40, top + 46), fill=_dark(near, 0.3))
    draw.rectangle((left, top + 46, right, 1260), fill=_light(near, 0.88))
    for number in range(8):
        x = left + 40 + number * (right - left - 130) // 7
        draw.rectangle((x, top + 46, x + 50, 1260), fill=near)
    for step in range(3):
        draw.rectangle(
            (left - 60 - step * 50, 1260 + step * 26, right + 60 + step * 50, 1286 + step * 26),
            fill=_light(near, 0.7 - step * 0.1),
        )


def _bridge(draw: ImageDraw.ImageDraw, dice: random.Random, near: Colour) -> None:
    _ground(draw, 1200, _light(near, 0.72))
    draw.rectangle((0, 1010, _WIDTH, 1290), fill=near)
    draw.rectangle((0, 985, _WIDTH, 1016), fill=_dark(near, 0.3))
    for number in range(3):
        x = 230 + number * 780
        draw.ellipse((x, 1070, x + 560, 1560), fill=_light(near, 0.72))
    draw.rectangle((0, 1290, _WIDTH, _HEIGHT), fill=_light(near, 0.72))
    for _ in range(14):
        x, y = dice.randint(0, _WIDTH - 260), dice.randint(1330, _HEIGHT - 30)
        draw.line((x, y, x + dice.randint(80, 260), y), fill=_light(near, 0.86), width=6)


def _bench(draw: ImageDraw.ImageDraw, x: int, y: int, width: int, colour: Colour) -> None:
    draw.rectangle((x, y, x + width, y + 22), fill=colour)
    for leg in (x + 24, x + width - 44):
        draw.rectangle((leg, y + 22, leg + 20, y + 88), fill=_dark(colour, 0.3))


def _classroom(draw: ImageDraw.ImageDraw, dice: random.Random, near: Colour) -> None:
    _ground(draw, 1120, _light(near, 0.8))
    draw.rectangle((980, 760, 1580, 1060), fill=_dark(near, 0.25))
    draw.rectangle((1004, 784, 1556, 1036), fill=_light(near, 0.9))
    for line in range(4):
        draw.line((1060, 830 + line * 52, 1500 - line * 60, 830 + line * 52), fill=_light(near, 0.45), width=10)
    for row in range(3):
        for column in range(4):
            _bench(draw, 260 + column * 540 + row * 40, 1180 + row * 140, 380, near)


def _mediation(draw: ImageDraw.ImageDraw, dice: random.Random, near: Colour) -> None:
    _ground(draw, 1080, _light(near, 0.84))
    draw.rectangle((920, 1080, 1640, 1120), fill=near)
    for leg in (960, 1570):
        draw.rectangle((leg, 1120, leg + 34, 1390), fill=_dark(near, 0.3))
    draw.ellipse((1210, 1030, 1350, 1082), fill=_light(near, 0.9))
    for x, y in ((420, 1230), (1760, 1230), (820, 1420), (1280, 1420)):
        _bench(draw, x, y, 400, _light(near, 0.25))


def _yaodong(draw: ImageDraw.ImageDraw, dice: random.Random, near: Colour) -> None:
    _ground(draw, 820, _light(near, 0.42))
    for number in range(5):
        x = 180 + number * 420
        draw.pieslice((x, 860, x + 330, 1190), 180, 360, fill=_light(near, 0.92), outline=near, width=16)
        draw.rectangle((x, 1025, x + 330, 1330), fill=_light(near, 0.92))
        draw.rectangle((x, 1025, x + 16, 1330), fill=near)
        draw.rectangle((x + 314, 1025, x + 330, 1330), fill=near)
        draw.rectangle((x + 50, 1090, x + 150, 1330), fill=_dark(near, 0.2))
        for bar in range(4):
            draw.line((x + 190 + bar * 30, 1110, x + 190 + bar * 30, 1240), fill=near, width=7)
        draw.line((x + 185, 1175, x + 285, 1175), fill=near, width=7)
    _ground(draw, 1330, _light(near, 0.75))
    _branch(draw, dice, (2350, 1360, -math.pi / 2, 430, 32), _dark(near, 0.4))  # an old locust tree


def _branch(
    draw: ImageDraw.ImageDraw, dice: random.Random, twig: tuple[float, float, float, float, float], colour: Colour
) -> None:
    x, y, angle, length, width = twig
    if length < 26:
        return
    to_x, to_y = x + math.cos(angle) * length * 0.42, y + math.sin(angle) * length * 0.42
    draw.line((x, y, to_x, to_y), fill=colour, width=max(3, round(width)))
    for turn in (-0.52, 0.08, 0.56):
        next_twig = (
            to_x,
            to_y,
            angle + turn + dice.uniform(-0.16, 0.16),
            length * dice.uniform(0.66, 0.78),
            width * 0.62,
        )
        _branch(draw, dice, next_twig, colour)


def _orchard(draw: ImageDraw.ImageDraw, dice: random.Random, near: Colour) -> None:
    _ground(draw, 1040, _light(near, 0.7))
    for row in range(3):
        size = 90 + row * 46
        for column in range(9 - row):
            x, y = 140 + column * (300 + row * 50) + row * 60, 1060 + row * 190
            draw.rectangle((x - 9, y, x + 9, y + size), fill=_dark(near, 0.35))
            draw.ellipse((x - size, y - size * 1.3, x + size, y + size * 0.4), fill=(92, 117, 74))
            for _ in range(7):
                dot_x, dot_y = x + dice.uniform(-0.7, 0.7) * size, y + dice.uniform(-1.0, 0.15) * size
                draw.ellipse((dot_x - 11, dot_y - 11, dot_x + 11, dot_y + 11), fill=(176, 50, 31))


_FOREGROUNDS = {
    "terraces": _terraces,
    "hall": _hall,
    "bridge": _bridge,
    "classroom": _classroom,
    "mediation": _mediation,
    "yaodong": _yaodong,
    "orchard": _orchard,
}
