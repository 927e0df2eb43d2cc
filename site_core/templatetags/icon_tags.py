"""Icons in a page: `{% icon "scale" %}`. They never speak for themselves: words stand beside them."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from site_core.icons import ICONS

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """The icon as inline SVG, hidden from screen readers. Raises KeyError for one that is not known."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><path d="{}"/></svg>',
        ICONS[name],
    )
