"""Every site has a stream, filled or not; the home pages of bureaus show its latest posts from their first day."""

from django.utils import timezone

from microblog.models import StreamPage
from site_core.locks import rollout
from site_core.selectors import get_home
from tenants.models import Organisation
from tenants.provisioning import register_step

SECTION = "microblog"
_SECTION_VALUE = {"title": "微博", "count": 3}


@register_step(name="stream", after=("blueprint",), version="1")
def make_stream(site: Organisation) -> None:
    """The stream page, empty; it stands in no menu. Whoever takes the section from the home page later does so for good."""
    if StreamPage.objects.exists():
        return
    now = timezone.now()
    stream = StreamPage(title="微博", summary=f"{site.name}的微博。", live=True, first_published_at=now)
    with rollout():
        get_home().add_child(instance=stream)
        _show_on_home_page("lines" if site.is_city else "cards")


def _show_on_home_page(layout: str) -> None:
    """Put the section in its place where the blueprint names it, unless somebody is at work on the home page."""
    home = get_home()
    order, items = home.section_rules.get("order", []), list(home.sections.raw_data)
    if SECTION not in order or home.has_unpublished_changes or any(item["type"] == SECTION for item in items):
        return
    later = set(order[order.index(SECTION) :])
    place = next((at for at, item in enumerate(items) if item["type"] in later), len(items))
    home.sections = [*items[:place], {"type": SECTION, "value": {**_SECTION_VALUE, "layout": layout}}, *items[place:]]  # type: ignore[assignment] # a StreamField takes it
    home.save_revision().publish()
