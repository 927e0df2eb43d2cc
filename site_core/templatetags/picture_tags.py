"""Pictures in several sizes and formats, with their measures, so that nothing moves while a page loads."""

import logging
from functools import cache
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from wagtail.images.models import Filter, SourceImageIOError

from site_core import reading
from site_core.picture_kinds import FORMATS, KINDS, LARGE, list_specs, plain_format
from tenants.current import current_site

register = template.Library()
logger = logging.getLogger(__name__)


@register.simple_tag
def site_picture(image: Any, kind: str, alt: str | None = None, *, lazy: bool = True) -> SafeString | str:
    """`<picture>` of the image. `alt` is its description where none is given; `alt=""` for what says nothing.

    Raises KeyError for a kind that is not known. '' where its file is gone. Renditions are made once and kept.
    """
    if image is None:
        return ""
    reading.record(f"image:{current_site().schema_name}:{image.pk}")
    filters, sizes = KINDS[kind]
    plain = plain_format(kind)
    try:
        renditions = image.get_renditions(*_filters_of(kind))
    except SourceImageIOError:  # its file is gone: the page is worth more than its picture
        logger.warning("the file of picture %s is gone", image.pk)
        return ""
    fallback = renditions[f"{filters[0]}|format-{plain}"]
    sources = (
        (f"image/{form}", _srcset(renditions[f"{size}|format-{form}"] for size in filters), sizes) for form in FORMATS
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


@register.simple_tag
def large_picture_url(image: Any) -> str:
    """Address of the picture by itself, for a closer look; '' where its file is gone."""
    reading.record(f"image:{current_site().schema_name}:{image.pk}")
    try:
        return str(image.get_renditions(LARGE)[LARGE].url)
    except SourceImageIOError:
        logger.warning("the file of picture %s is gone", image.pk)
        return ""


@cache
def _filters_of(kind: str) -> tuple[Filter, ...]:
    """Made once for all pictures: a filter reads its text again whenever it is new."""
    return tuple(Filter(spec=spec) for spec in list_specs(kind))


def _srcset(renditions: Any) -> str:
    widths = {rendition.width: rendition.url for rendition in renditions}
    return ", ".join(f"{url} {width}w" for width, url in widths.items())
