"""Writes sections and rules of the home page, rules of review, and the look."""

from collections.abc import Callable
from typing import Any

from wagtail.models import Site

from blueprints.aiming import Steps
from blueprints.content import NODE_REFERENCE, Content
from blueprints.planning_home import aim_look, arrange_sections, make_section_rules
from blueprints.site_state import SiteState
from review.models import ReviewRule
from site_core.models import BasePage, HomePage
from themes.models import SiteLook


def make_section_writer(content: Content) -> Callable[[Any], None]:
    """What puts the sections of a home page, or of a draft of it, in order."""
    columns = dict(BasePage.objects.exclude(node_key="").values_list("node_key", "pk"))
    values = {section.key: resolve(section.value, columns) for section in content.sections}

    def write(home: Any) -> None:
        present = list(home.sections.raw_data)
        places = arrange_sections(content, [item["type"] for item in present])
        home.sections = [
            present[place] if isinstance(place, int) else {"type": place, "value": values[place]} for place in places
        ]

    return write


def resolve(value: Any, columns: dict[str, int]) -> Any:
    """The value with each `node:KEY` as the page's id; a node that the site does without is left out of lists, else None."""
    if isinstance(value, dict):
        return {key: resolve(each, columns) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [found for each in value if (found := resolve(each, columns)) is not None]
    if isinstance(value, str) and value.startswith(NODE_REFERENCE):
        return columns.get(value.removeprefix(NODE_REFERENCE))
    return value


def write_section_rules(state: SiteState, content: Content) -> None:
    """The rules on the home page. Readers see nothing of them."""
    rules = make_section_rules(content)
    if rules != state.section_rules:
        HomePage.objects.filter(pk=state.home.id).update(section_rules=rules)


def write_rules(old: dict[int, Steps], wanted: dict[int, Steps | None]) -> None:
    """Rules of review by page id; None for none. Only what differs is touched."""
    changed = {page_id: steps for page_id, steps in wanted.items() if old.get(page_id) != steps}
    known = {rule.page_id: rule for rule in ReviewRule.objects.filter(page_id__in=changed)}
    for page_id, steps in changed.items():
        rule = known.get(page_id) or ReviewRule(page_id=page_id)
        if steps is None:
            rule.delete()
        else:
            rule.steps = list(steps)
            rule.save()


def write_look(state: SiteState, content: Content) -> None:
    """Theme and palettes, and the default palette in place of one that is not allowed any more."""
    aim = aim_look(content, state.look)
    if aim == state.look:
        return
    look = SiteLook.objects.order_by("pk").first() or SiteLook(site=Site.objects.get(is_default_site=True))
    look.theme, look.palettes = aim.theme, list(aim.palettes)
    if not aim.palette_key:
        look.palette = look.brand_colour = ""
    look.save()
