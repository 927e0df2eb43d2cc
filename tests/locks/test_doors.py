"""Every address that the resolver and the API's description know, tried against a locked column.

Each route is sent what could change a page, with the locked column's id wherever a page's id belongs; those that take
something of their own are sent that besides (`HOSTILE`). Afterwards the column is what it was. A new route whose
parameters nobody gave a value for fails a test of `isolation`; one that takes a page by a new name fails one here.
"""

import json
import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist

from review import actions
from site_core.locks import Lock, rollout
from site_core.models import ColumnPage, InfoPage
from site_core.selectors import get_column, get_home
from tenants.current import enter_site
from tenants.models import Organisation
from tests.isolation.addresses import Route, _paths_of, list_routes
from tests.isolation.marked_site import A_MARKS, MarkedSite, fill
from tests.isolation.walker import Caller, _undone, start_session, walking
from tests.locks.held import picture_of
from tests.site_core.page_samples import make_column

_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
PAGE_PARAMETERS = {"page_id", "page_to_move_id", "page_pk", "object_id", "pk", "parent_page_id", "destination_id"}
ROLES = ("site_admin", "editor", "reviewer_3")
WALKERS = ROLES if os.environ.get("DOORS_FOR_ALL_ROLES") else ROLES[:1]
"""Who walks all routes: the one with most rights; the benches let all of them."""
_NO_ROWS = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "1000"}


@pytest.fixture(scope="module")
def held(module_database: None, tmp_path_factory: Any) -> Iterator[Any]:
    """崆峒区's site with everything on it, 通知公告 locked in all ways, an alias of it beside it."""
    made = fill(Organisation.objects.get(schema_name="kongtong"), A_MARKS)
    with walking(tmp_path_factory.mktemp("media"), tmp_path_factory.mktemp("static")) as application:
        with enter_site(made.site), rollout():
            column = get_column("tzgg")
            column.locks = [lock.value for lock in Lock]
            column.save()
            revision = column.save_revision()
            local = make_column("bendi", "lines")
            actions.set_rule(local, (), acting_user=None)
        yield Held(application, made, column, revision.pk, local.pk)


class Held:
    """The locked column, and who tries to change it."""

    def __init__(self, application: Any, made: MarkedSite, column: ColumnPage, revision: int, local: int) -> None:
        self.application, self.made, self.column = application, made, column
        self.ids = {name: thing.pk for name, thing in made.things.items()}
        self.ids["micro_uid"] = made.things["micro_account"].uid
        self.ids["certificate_code"] = made.things["certificate"].code
        self.ids |= dict.fromkeys(("draft", "article", "private", "column"), column.pk)
        self.ids |= {"person": made.people["editor"].pk, "ledger_position": 1, "revision": revision}
        with enter_site(made.site):
            self.ids |= {"first_revision": revision, "other": local, "home": get_home().pk}
            self.ids["group"] = Group.objects.get(name="editor").pk
            self.before = picture_of(column)
        self.sessions = {role: start_session(made, role) for role in ROLES}

    def caller(self, role: str) -> Caller:
        return Caller(self.application, self.made.host, self.sessions[role], self.made.tokens.get(role, ""))

    def try_door(self, role: str, method: str, path: str, data: Any) -> str:
        """What became of the column, '' for nothing; whatever was changed is taken back."""
        caller = self.caller(role)
        with _undone():
            status = caller.ask_and_stay(method, path, data).status
            with enter_site(self.made.site):
                try:
                    after = picture_of(self.column)
                except ObjectDoesNotExist:
                    return f"{method} {path} as {role} ({status}): gone"
        changed = {key: after[key] for key in after if after[key] != self.before[key]}
        return f"{method} {path} as {role} ({status}): {changed}" if changed else ""


def edit_form(**changes: str) -> dict[str, str]:
    """The form of the column as the editor sends it."""
    values = {
        "title": "通知公告", "slug": "tzgg", "summary": "说明", "keywords": "", "kind": "工作动态", "layout": "lines",
        "update_days": "180", "page_size": "20", "seo_title": "", "public_at": "", "backdating_reason": "",
        "go_live_at": "", "expire_at": "", "action-publish": "action-publish",
    }  # fmt: skip
    for formset in ("comments",):
        values |= {f"{formset}-{name}": value for name, value in _NO_ROWS.items()}
    return values | changes


TZGG = {"title": "通知公告", "slug": "tzgg", "update_days": "180"}
EDITS = (
    {"title": "别的"},
    {"slug": "bied"},
    {"kind": "办事服务"},
    {"layout": "cards"},
    {"update_days": "0"},
    {"page_size": "50"},
    {"expire_at": "2030-01-01 00:00"},
    {"go_live_at": "2030-01-01 00:00"},
    {"locks": "[]", "node_key": "x", "live": ""},
)


def list_hostile(ids: dict[str, int], own: dict[str, str]) -> Iterator[tuple[str, str, Any]]:
    """(method, path, form or JSON) of what is sent to particular doors; `own` is what the page's fields are."""
    page, other, home = ids["draft"], ids["other"], ids["home"]
    pages = f"/admin/pages/{page}"
    for changes in EDITS:
        form = edit_form(**{**own, **changes})
        yield "POST", f"{pages}/edit/", form
        yield "POST", f"{pages}/edit/", form | {"action-publish": "", "action-submit-review": "1"}
        yield "POST", f"{pages}/revisions/{ids['revision']}/revert/", form
    for target in (page, home):
        yield "POST", f"/admin/pages/{target}/delete/", {"confirm_site_name": settings.WAGTAIL_SITE_NAME, "next": ""}
        yield "POST", f"/admin/pages/{target}/unpublish/", {"include_descendants": "on"}
        for kind in ("login", "password", "groups"):
            form = {"restriction_type": kind, "type": kind, "password": "geheim", "groups": str(ids["group"])}
            yield "POST", f"/admin/pages/{target}/privacy/", form
            yield "POST", f"/admin/review/privacy/{target}/", form
        yield "POST", f"/admin/review/withdraw/{target}/", {"reason": "不要了"}
    yield "POST", f"{pages}/move/{other}/confirm/", {}
    yield "POST", f"{pages}/move/", {"new_parent_page": str(other)}
    for position in ("0", "30"):
        yield "POST", f"{pages}/set_position/?position={position}", {}
    yield "POST", f"{pages}/copy/", {"new_title": "副", "new_slug": "tzgg", "new_parent_page": str(home)}
    yield "POST", f"{pages}/convert_alias/", {}
    for action, form in {
        "delete": {"confirm": "on"},
        "unpublish": {"include_descendants": "on"},
        "move": {"chooser": str(other), "move_applicable": "on"},
        "publish": {"include_descendants": "on"},
    }.items():
        for target in (page, home):
            yield "POST", f"/admin/bulk/wagtailcore/page/{action}/?id={target}", form
    yield from _list_hostile_to_the_api(ids, own)


def _list_hostile_to_the_api(ids: dict[str, int], own: dict[str, str]) -> Iterator[tuple[str, str, Any]]:
    page, other, home = ids["draft"], ids["other"], ids["home"]
    for target in (page, home):
        api = f"/api/v3/pages/{target}"
        kind = "site_core.ColumnPage" if target == page else "site_core.HomePage"
        for changes in (*EDITS, {"expire_at": "2030-01-01T00:00:00Z"}, {"live": False}, {"locks": []}):
            meta = {"type": kind, "action": "publish", "slug": changes.get("slug", own["slug"])}
            fields = {**own, **changes}
            yield "PATCH", f"{api}/", {"meta": meta, **fields}
            yield "PATCH", f"{api}/", {"meta": {**meta, **changes}, **fields}
        yield "DELETE", f"{api}/", {}
        yield "POST", f"{api}/actions/delete/", {}
        yield "POST", f"{api}/actions/unpublish/", {"recursive": True}
        yield "POST", f"{api}/actions/publish/", {}
        yield "POST", f"{api}/actions/revert/", {"revision_id": ids["revision"]}
        for position in ("first-child", "last-child", "left", "right"):
            body = {"destination_page_id": other, "destination": other, "position": position}
            yield "POST", f"{api}/actions/move/", body
        yield "POST", f"{api}/actions/copy/", {"destination_page_id": home, "recursive": True, "keep_live": True}
        yield "POST", f"{api}/actions/create_alias/", {"destination_page_id": home, "update_slug": "tzgg2"}
        yield "POST", f"{api}/actions/convert_alias/", {}


def everything(ids: dict[str, int]) -> dict[str, str]:
    """One form that holds whatever any form about a page may ask for."""
    return edit_form(title="别的", slug="bied", kind="办事服务", expire_at="2030-01-01 00:00") | {
        "new_title": "副本",
        "new_slug": "tzgg",
        "new_parent_page": str(ids["other"]),
        "chooser": str(ids["other"]),
        "restriction_type": "login",
        "password": "geheim",
        "include_descendants": "on",
        "reason": "不要了",
        "steps": "0",
        "confirm": "on",
        "id": str(ids["draft"]),
        "page": str(ids["draft"]),
        "page_id": str(ids["draft"]),
        "position": "0",
        "content_type": str(ContentType.objects.get_for_model(InfoPage).pk),
        "live": "",
    }


def methods_of(path: str) -> tuple[str, ...]:
    return ("POST", "PUT", "PATCH", "DELETE") if path.startswith("/api/") else ("POST",)


def takes_a_page(route: Route) -> bool:
    return bool(set(_PARAMETER.findall(route.route)) & PAGE_PARAMETERS)


@pytest.mark.parametrize("role", WALKERS)
def test_no_route_changes_what_is_locked(held: Held, role: str) -> None:
    with enter_site(held.made.site):
        form = everything(held.ids)
    broken = []
    for route in list_routes():
        for path, _ in _paths_of(route, held.ids):
            for method in methods_of(f"/{path}"):
                data = json.loads(json.dumps(form)) | {"meta": {"type": "site_core.ColumnPage"}}
                broken.append(held.try_door(role, method, f"/{path}", data))
    assert [each for each in broken if each] == []


@pytest.mark.parametrize("role", ROLES)
def test_no_hostile_form_changes_what_is_locked(held: Held, role: str) -> None:
    broken = [held.try_door(role, *door) for door in list_hostile(held.ids, TZGG)]
    assert [each for each in broken if each] == []


def test_doors_that_are_tried_do_change_what_is_not_locked(held: Held) -> None:
    """The same forms on an unlocked column: else nothing would be proven by their failing."""
    with enter_site(held.made.site), rollout():
        column = get_column("gzdt")
        column.locks = []
        column.save()
        ids = {**held.ids, "draft": column.pk, "revision": column.save_revision().pk}
        own = {"title": column.title, "slug": column.slug, "update_days": str(column.update_days)}
    opened = set()
    for method, path, data in list_hostile(ids, own):
        with _undone():
            with enter_site(held.made.site):
                before = picture_of(column)
            held.caller("site_admin").ask_and_stay(method, path, data)
            with enter_site(held.made.site):
                try:
                    changed = {key for key, value in picture_of(column).items() if value != before[key]}
                except ObjectDoesNotExist:
                    changed = {"gone"}
        opened |= changed
    assert {
        "title",
        "slug",
        "kind",
        "layout",
        "update_days",
        "page_size",
        "expire_at",
        "live",
        "hidden",
        "parent",
    } <= opened
    assert {"order", "gone"} <= opened


def test_every_route_that_takes_a_page_takes_it_by_a_name_that_is_tried() -> None:
    words = {
        name
        for route in list_routes()
        for name in _PARAMETER.findall(route.route)
        if "page" in name and "uploaded" not in name
    }
    assert words <= PAGE_PARAMETERS | {"page_view_restriction_id"}
    assert len([route for route in list_routes() if takes_a_page(route)]) > 40
