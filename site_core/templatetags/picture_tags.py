"""Pictures in several sizes and formats, with their measures, so that nothing moves while a page loads."""

import logging
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from wagtail.images.models import SourceImageIOError

from site_core import reading
from tenants.current import current_site

register = template.Library()
logger = logging.getLogger(__name__)

# Two widths each, the second for screens of double density, and how wide the picture stands. `fill` keeps the focal point.
_KINDS = {
    "lead": (("fill-800x500", "fill-1400x875"), "(min-width: 64em) 42rem, 100vw"),
    "card": (("fill-400x250", "fill-800x500"), "(min-width: 64em) 20rem, (min-width: 48em) 45vw, 100vw"),
    "gallery": (("fill-400x300", "fill-800x600"), "(min-width: 48em) 14rem, 45vw"),
    "thumb": (("fill-240x180", "fill-480x360"), "(min-width: 48em) 9rem, 45vw"),
    "topic": (("fill-400x200", "fill-800x400"), "(min-width: 64em) 18rem, 45vw"),
    "portrait": (("fill-240x320", "fill-480x640"), "12rem"),
    "body": (("width-720", "width-1440"), "(min-width: 48em) 42rem, 100vw"),
    "emblem": (("max-160x160", "max-320x320"), "5rem"),
    "band": (("fill-1440x240", "fill-2400x400"), "100vw"),
}
_FORMATS = ("avif", "webp")


@register.simple_tag
def site_picture(image: Any, kind: str, alt: str | None = None, *, lazy: bool = True) -> SafeString | str:
    """`<picture>` of the image. `alt` is its description where none is given; `alt=""` for what says nothing.

    Raises KeyError for a kind that is not known. '' where its file is gone. Renditions are made once and kept.
    """
    if image is None:
        return ""
    reading.record(f"image:{current_site().schema_name}:{image.pk}")
    filters, sizes = _KINDS[kind]
    plain = "png" if kind == "emblem" else "jpeg"
    specs = [f"{size}|format-{form}" for form in (*_FORMATS, plain) for size in filters]
    try:
        renditions = image.get_renditions(*specs)
    except SourceImageIOError:  # its file is gone: the page is worth more than its picture
        logger.warning("the file of picture %s is gone", image.pk)
        return ""
    fallback = renditions[f"{filters[0]}|format-{plain}"]
    sources = (
        (f"image/{form}", _srcset(renditions[f"{size}|format-{form}"] for size in filters), sizes) for form in _FORMATS
    )
    return format_html(
        '<picture>{}<img src="{}" alt="{}" width="{}" height="{}"{} decoding="async"></picture>',
        format_html_join("", '<source type="{}" srcset="{}" sizes="{}">', sources),
        fallback.url,
        image.default_alt_text if alt is None else alt,
        fallback.width,
        fallback.height,
        mark_safe(' loading="lazy"' if lazy else ' fetchpriority="high"'),  # noqa: S308 - our own words
    )


def _srcset(renditions: Any) -> str:
    widths = {rendition.width: rendition.url for rendition in renditions}
    return ", ".join(f"{url} {width}w" for width, url in widths.items())
