"""In which sizes and formats pictures are shown: for the tag that shows them, and for lists that read all of them at once."""

# Two widths each, the second for screens of double density, and how wide the picture stands. `fill` keeps the focal point.
KINDS = {
    "lead": (("fill-800x500", "fill-1400x875"), "(min-width: 64em) 42rem, 100vw"),
    "card": (("fill-400x250", "fill-800x500"), "(min-width: 64em) 20rem, (min-width: 48em) 45vw, 100vw"),
    "gallery": (("fill-400x300", "fill-800x600"), "(min-width: 48em) 14rem, 45vw"),
    "thumb": (("fill-240x180", "fill-480x360"), "(min-width: 48em) 9rem, 45vw"),
    "tile": (("fill-240x240", "fill-480x480"), "(min-width: 48em) 11rem, 30vw"),
    "topic": (("fill-400x200", "fill-800x400"), "(min-width: 64em) 18rem, 45vw"),
    "portrait": (("fill-240x320", "fill-480x640"), "12rem"),
    "body": (("width-720", "width-1440"), "(min-width: 48em) 42rem, 100vw"),
    "emblem": (("max-160x160", "max-320x320"), "5rem"),
    "band": (("fill-1440x240", "fill-2400x400"), "100vw"),
}
FORMATS = ("avif", "webp")
SINGLES = {"large": "max-1920x1920|format-jpeg", "shared": "width-800|format-jpeg", "poster": "width-960|format-jpeg"}
"""One rendition by itself: as large as anybody needs it, where others link to a page, before a film begins."""
LARGE, SHARED = SINGLES["large"], SINGLES["shared"]


def plain_format(kind: str) -> str:
    """The format that every browser knows."""
    return "png" if kind == "emblem" else "jpeg"


def list_specs(kind: str) -> list[str]:
    """Wagtail's specifications of all renditions of the kind. Raises KeyError for one that is not known."""
    if kind in SINGLES:
        return [SINGLES[kind]]
    return [f"{size}|format-{form}" for form in (*FORMATS, plain_format(kind)) for size in KINDS[kind][0]]
