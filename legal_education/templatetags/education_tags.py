"""Tags of programmes: moments of a recording, pages of a paper, links to outlets."""

import logging
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.images.models import SourceImageIOError

from legal_education import moments
from legal_education.papers.sheets import Sheet
from site_core import reading
from site_core.leaving import leave_url
from tenants.current import current_site

register = template.Library()
logger = logging.getLogger(__name__)

_FRONT = "width-480|format-jpeg|jpegquality-80"
_PLAIN, _LARGE = "width-1000|format-jpeg|jpegquality-80", "width-2600|format-jpeg|jpegquality-80"


@register.filter
def moment(seconds: int) -> str:
    """`08:32`."""
    return moments.show_moment(int(seconds))


@register.filter
def spoken_moment(seconds: int) -> str:
    """`8分32秒`."""
    return moments.say_moment(int(seconds))


@register.filter
def bare_title(title: str) -> str:
    """The title without what stands in brackets behind it, for where there is little room."""
    return (title or "").partition("（")[0] or title


@register.filter
def leaving(url: str) -> str:
    """The address by way of the notice, where it leads to elsewhere."""
    return leave_url(url)


@register.simple_tag
def front_picture(image: Any) -> SafeString | str:
    """A newspaper's first page in small, beside its title; '' where its file is gone."""
    reading.record(f"image:{current_site().schema_name}:{image.pk}")
    try:
        made = image.get_rendition(_FRONT)
    except SourceImageIOError:
        logger.warning("the file of picture %s is gone", image.pk)
        return ""
    return format_html('<img src="{}" alt="" width="{}" height="{}">', made.url, made.width, made.height)


@register.simple_tag
def sheet_picture(sheet: Sheet) -> SafeString | str:
    """The page of the paper, and for whoever looks closer its large picture; '' where its file is gone."""
    reading.record(f"image:{current_site().schema_name}:{sheet.image.pk}")
    try:
        made = sheet.image.get_renditions(_PLAIN, _LARGE)
    except SourceImageIOError:
        logger.warning("the file of picture %s is gone", sheet.image.pk)
        return ""
    plain, large = made[_PLAIN], made[_LARGE]
    return format_html(
        '<img src="{}" data-large="{}" alt="{}" width="{}" height="{}" loading="{}" decoding="async">',
        plain.url, large.url, sheet.alternative, plain.width, plain.height, "eager" if sheet.number == 1 else "lazy",
    )  # fmt: skip
