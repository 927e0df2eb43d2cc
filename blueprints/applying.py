"""Apply: bring the current site to a release, wholly or not at all, and look again whether it is there."""

from typing import Any

from django.db import transaction
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from blueprints.aiming import Aim, aim_at
from blueprints.announcing import Event, add_history, add_redirects, announce_all
from blueprints.changes import SitePlan
from blueprints.content import Content
from blueprints.home_writing import make_section_writer, write_look, write_rules, write_section_rules
from blueprints.page_making import make_pages
from blueprints.page_writing import list_new_values, list_revival, open_pages, write_locks, write_page
from blueprints.planning import plan
from blueprints.planning_home import arrange_sections
from blueprints.site_state import SiteState, list_counted_types, read_site_state
from blueprints.tree_writing import Layout
from site_core.locks import rollout
from site_core.models import BasePage
from site_core.publication import current_actor


class SiteBlocked(RuntimeError):
    """Something on the site stands in the way; `plan` tells what. Nothing was changed."""

    def __init__(self, plan: SitePlan) -> None:
        super().__init__("；".join(each.describe() for each in plan.obstacles))
        self.plan = plan


class NotInStep(RuntimeError):
    """After the apply something is still to be done; `plan` tells what. Nothing was changed."""

    def __init__(self, plan: SitePlan) -> None:
        left = [each.describe() for each in plan.changes] + [each.describe() for each in plan.obstacles]
        super().__init__("；".join(left))
        self.plan = plan


def apply_release(release_content: Content, base: Content | None, *, acting_user: Any = None) -> SitePlan:
    """Bring the current site to the content, coming from that of the release it is on (None for none). Returns what was done.

    Raises SiteBlocked, NotInStep; the site is then as it was.
    """
    with transaction.atomic(), rollout():
        _wait_for_editors()
        state = read_site_state(release_content)
        found = plan(state, release_content, base)
        if found.obstacles:
            raise SiteBlocked(found)
        if found.changes:
            _Apply(state, release_content, aim_at(state, release_content, base), acting_user or current_actor()).run()
            left = plan(read_site_state(release_content), release_content, release_content)
            if not left.is_in_step:
                raise NotInStep(left)
        return found


def _wait_for_editors() -> None:
    """Whoever adds a page holds the row of its parent: while we hold those of all columns, none is added that we overlook."""
    holders = Page.objects.filter(depth__gte=2).exclude(content_type__in=list_counted_types())
    list(holders.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))


class _Apply:
    """One apply: the tree first, then what stands on the pages, then what follows from it."""

    def __init__(self, state: SiteState, content: Content, aim: Aim, acting_user: Any) -> None:
        self.state, self.content, self.aim, self.acting_user = state, content, aim, acting_user
        self.layout = Layout(state, aim)
        self.events: list[Event] = []
        self.new: dict[str, BasePage] = {}

    def run(self) -> None:
        self._write_tree()
        self._write_pages()
        self._write_rules()
        write_section_rules(self.state, self.content)
        write_look(self.state, self.content)
        self._remove()
        self._follow_up()

    def _write_tree(self) -> None:
        self.layout.write()
        BasePage.objects.filter(pk__in=self.aim.replaced).update(node_key="")  # the key is the new page's
        aims = [each for each in self.aim.nodes.values() if each.is_new or each.page is None]
        self.new = make_pages(aims, self.layout.new, self.acting_user)
        for page_id, key in self.aim.replaced.items():
            Redirect.objects.filter(redirect_page_id=page_id).update(redirect_page_id=self.new[str(key)].pk)

    def _write_pages(self) -> None:
        pairs = [(each, each.page) for each in self.aim.nodes.values() if each.page and not each.is_new]
        values = {page.id: list_new_values(aim, page) for aim, page in pairs}
        if self.state.home.id in self.aim.open_pages:
            values[self.state.home.id] = list_revival(self.state.home)
        pages = BasePage.objects.filter(pk__in=[pk for pk, each in values.items() if each]).specific()
        for page in pages:
            write_page(page, values[page.pk], self.acting_user)
            if page.live and set(values[page.pk]) != {"slug"}:  # that alone is told as a move
                self.events.append(Event("published" if "live" in values[page.pk] else "changed", page.pk, {}))
        add_history(pages, "wagtail.edit", self.acting_user)
        self._write_sections()
        write_locks([*((page, aim.node.locks) for aim, page in pairs), *((page, ()) for page in self.aim.retired)])
        restricted = [page.id for page in self.state.pages if page.is_restricted and page.id in self.aim.open_pages]
        open_pages(restricted, self.acting_user)

    def _write_sections(self) -> None:
        present = self.state.sections
        if arrange_sections(self.content, present) != list(range(len(present))):
            home = BasePage.objects.get(pk=self.state.home.id).specific
            write_page(home, {}, self.acting_user, adapt=make_section_writer(self.content))
            add_history([home], "wagtail.edit", self.acting_user)
            self.events.append(Event("changed", home.pk, {"sections": True}))

    def _write_rules(self) -> None:
        ids = {key: page.pk for key, page in self.new.items()}
        rules = {ids[ref] if isinstance(ref, str) else ref: steps for ref, steps in self.aim.rules.items()}
        write_rules(self.state.rules, rules)

    def _remove(self) -> None:
        # A setting that goes together with its page is announced as lifted after the page is announced as gone.
        open_pages([page.id for page in self.aim.removed if page.is_restricted], self.acting_user)
        for removed in self.aim.removed:
            page = BasePage.objects.get(pk=removed.id)  # anew each time: deletions below change it
            # Whoever rolls out is nobody on the site: what they may do was asked where the rollout was begun.
            page.specific.delete(user=self.acting_user, skip_permission_checks=True)

    def _follow_up(self) -> None:
        gone = {page.id for page in self.aim.removed}
        moved = [place for place in self.layout.readdressed if place.id not in gone]
        add_redirects(moved, self.layout, self.state.home.id)
        add_history(self.new.values(), "wagtail.create", self.acting_user)
        roots = {each.page.id for each in self.aim.nodes.values() if each.page}
        add_history(Page.objects.filter(pk__in=roots & {place.id for place in moved}), "wagtail.move", self.acting_user)
        self.events += [Event("published", page.pk, {}) for page in self.new.values()]
        self.events += self._list_moves(moved)
        self.events += self._list_reordered({event.page_id for event in self.events})
        announce_all([event for event in self.events if event.page_id not in gone], self.acting_user)

    def _list_moves(self, moved: list[Any]) -> list[Event]:
        revived = {event.page_id for event in self.events if event.kind == "published"}
        return [
            Event("moved", place.id, {"from": place.url_path, "to": self.layout.kept[place.id].url_path})
            for place in moved
            if place.is_live and place.id not in revived
        ]

    def _list_reordered(self, told: set[int]) -> list[Event]:
        """Live pages that stand at another place among the siblings that stay."""
        found: list[Event] = []
        for parent, after in self.aim.children.items():
            before = self.state.children.get(parent, []) if isinstance(parent, int) else []
            old = [page.id for page in before if page.id in set(after)]
            new = [ref for ref in after if ref in set(old)]
            found += [
                Event("changed", pk, {"reordered": True}) for pk, other in zip(old, new, strict=True) if pk != other
            ]
        return [each for each in found if each.page_id not in told and self.state.by_id[each.page_id].is_live]
