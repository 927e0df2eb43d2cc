"""Words of review in templates."""

from django import template

from review.screen_selectors import label_step

register = template.Library()


@register.filter
def step_label(role: str) -> str:
    """“二审” for `reviewer_2`."""
    return label_step(role)
