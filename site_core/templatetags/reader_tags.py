"""Tags of the reader's settings."""

from typing import Any
from urllib.parse import urlencode

from django import template

from site_core.reader import is_choice

register = template.Library()


@register.simple_tag(takes_context=True)
def reader_url(context: template.Context, **choices: Any) -> str:
    """Address of this page with a choice: `{% reader_url elder=1 size="large" %}`; other parameters stay."""
    request = context.get("request")
    query = [(name, value) for name, value in request.GET.items() if not is_choice(name)] if request else []
    return "?" + urlencode([*query, *choices.items()])
