"""Every address that the resolver knows, and what it is tried with.

A route whose parameters the tables below do not know is listed by `list_unknown`, which fails a test: whoever adds an
address says here what to try it with. Values that begin with `@` are the ids of marked things (`marked_site`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.urls import get_resolver
from django.urls.resolvers import RegexPattern, URLPattern

from tests.isolation.marked_site import FINDER, MarkedSite

_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
_REGEX_SIGNS = re.compile(r"[\\.*+?|()\[\]{}]")

# By route or name: those with a regular expression that is more than plain text, and those whose values belong together.
SAMPLES: dict[str, tuple[str, ...]] = {
    r"admin/pages/^(?P<pk>\d+)/revisions/compare/(?P<revision_id_a>live|earliest|\d+)\.\.\.(?P<revision_id_b>live|latest|\d+)/$": (
        "admin/pages/{draft}/revisions/compare/{first_revision}...{revision}/",
        "admin/pages/{article}/revisions/compare/live...latest/",
    ),
    r"admin/^.*/$": ("admin/no/such/address/",),
    r"^(?P<path>(?:[\w-]+/)+)feed\.xml$": ("found/feed.xml", "tzgg/feed.xml", "found/closed-article/feed.xml"),
    r"^(?P<path>(?:[\w-]+/)+)podcast\.xml$": ("found/heard/podcast.xml", "found/podcast.xml"),
    r"^((?:[\w\-]+/)*)$": (
        "",
        "tzgg/",
        "found/",
        "found/open-article/",
        "found/closed-article/",
        "found/draft-article/",
        "pufa/",
        "pufa/found-campaign/",
        "micro/",
        "micro/open-post/",
        "micro/closed-post/",
        "micro/draft-post/",
        "found/heard/",
        "found/heard/open-episode/",
        "found/heard/closed-episode/",
    ),  # fmt: skip
    "wagtail_bulk_action": (
        *(
            f"admin/bulk/wagtailcore/page/{action}/?id={{draft}}&id={{article}}"
            for action in ("delete", "publish", "unpublish", "move")
        ),
        *(
            f"admin/bulk/site_core/siteimage/{action}/?id={{image}}"
            for action in ("delete", "add_tags", "add_to_collection")
        ),
        *(
            f"admin/bulk/site_core/sitedocument/{action}/?id={{private_document}}"
            for action in ("delete", "add_tags", "add_to_collection")
        ),
        "admin/bulk/accounts/user/delete/?id={person}",
    ),
    "wagtailadmin_tag_model_autocomplete": ("admin/tag-autocomplete/taggit/tag/",),
    "wagtailsettings:edit": (
        # Without the id: the one Site row has the same id on every site, and shows that site's own settings.
        "admin/settings/site_core/sitedetails/",
        "admin/settings/themes/sitelook/",
    ),
    "wagtailadmin_workflows:add_task": ("admin/workflows/tasks/add/wagtailcore/groupapprovaltask/",),
}

# By parameter: `name.parameter` of a route, else `namespace.parameter`, else the parameter alone.
PARAMETERS: dict[str, tuple[str, ...]] = {
    "when": ("before", "after"),
    "kind": ("county_bureau",),
    "key": ("tzgg",),
    "blueprints_console_section.key": ("headline",),
    "blueprints_console_delete_section.key": ("headline",),
    "blueprints_console_workflow.key": ("three",),
    "blueprints_console_delete_workflow.key": ("three",),
    "ref": ("00000000-0000-4000-8000-000000000000",),
    "subscription_id": ("@digest_subscription",),
    "sending_id": ("@digest_sending",),
    "legal_digest_length.page_id": ("@digest_issue",),
    "legal_digest_test.page_id": ("@digest_issue",),
    "page_id": ("@draft",),
    "parent_page_id": ("@column",),
    "page_to_move_id": ("@article",),
    "destination_id": ("@column",),
    "page_pk": ("@draft",),
    "revision_id": ("@revision",),
    "task_id": ("@task",),
    "task_state_id": ("@task_state",),
    "workflow_pk": ("@workflow",),
    "workflow_state_id": ("@workflow_state",),
    "collection_id": ("@private_collection",),
    "redirect_id": ("@redirect",),
    "round_id": ("@review_round",),
    "account_id": ("@micro_account",),
    "delivery_id": ("@micro_delivery",),
    "rule_id": ("@micro_rule",),
    "uid": ("@micro_uid",),
    "activity_id": ("@activity",),
    "campaign": ("xianfa_zhou",),
    "year": ("2026",),
    "campaigns_console_chart.chart": ("sites", "months"),
    "chart": ("posts", "figures"),
    "quiz_id": ("@quiz",),
    "attempt_id": ("@attempt",),
    "question_id": ("@question",),
    "import_id": ("@bank_import",),
    "quiz_verify_code.code": ("@certificate_code",),
    "quiz_chart.name": ("days", "bands"),
    "by": ("units", "audiences"),
    "law": ("示例法",),
    "duty_id": ("@duty",),
    "document_id": ("@document", "@private_document"),
    "doc_id": ("@private_document",),
    "image_id": ("@image",),
    "site_id": ("@wagtail_site",),
    "restriction_id": ("@collection_restriction",),
    "page_view_restriction_id": ("@page_restriction",),
    "session_id": ("@editing_session",),
    "object_id": ("@draft",),
    "action_name": ("approve", "publish"),
    "filter_spec": ("width-40",),
    "document_filename": ("open.pdf", "closed.pdf"),
    "content_type_app_name": ("site_core",),
    "content_type_model_name": ("articlepage",),
    "app_label": ("site_core",),
    "model_name": ("articlepage",),
    "app_name": ("site_core",),
    "token": ("no-such-token",),
    "uidb64": ("MQ",),
    "type_name": ("site_core.ArticlePage",),
    "type": ("site_core.ArticlePage",),
    "digest": ("000000000000",),
    "theme": ("county",),
    "palette": ("songqing",),
    "piece": ("ridges",),
    "number": ("1",),
    "schema_name": ("kongtong",),
    "chain": ("kongtong", "platform"),
    "position": ("@ledger_position",),
    "wagtailadmin_workflows.pk": ("@workflow",),
    "wagtailadmin_workflows:edit_task.pk": ("@task",),
    "wagtailadmin_workflows:disable_task.pk": ("@task",),
    "wagtailadmin_workflows:enable_task.pk": ("@task",),
    "wagtailadmin_collections.pk": ("@collection", "@private_collection"),
    "wagtailadmin_api:pages.pk": ("@draft", "@article"),
    "wagtailadmin_api:documents.pk": ("@private_document",),
    "wagtailadmin_api:images.pk": ("@image",),
    "wagtailadmin_editing_sessions.app_label": ("wagtailcore",),
    "wagtailadmin_editing_sessions.model_name": ("page",),
    "wagtailsettings.pk": ("@wagtail_site",),
    "wagtailsettings.app_name": ("site_core",),
    "wagtailsettings.model_name": ("sitedetails",),
    "wagtailsites.pk": ("@wagtail_site",),
    "wagtailusers_users.pk": ("@person",),
    "wagtailusers_users:withdraw.pk": ("@invitation",),
    "wagtaildocs_chooser.pk": ("@document", "@private_document"),
    "wagtailimages_chooser.pk": ("@image",),
    "wagtaildocs:create_multiple_from_uploaded_document.uploaded_file_id": ("@uploaded_sitedocument",),
    "wagtaildocs:delete_upload_multiple.uploaded_file_id": ("@uploaded_sitedocument",),
    "uploaded_file_id": ("@uploaded_siteimage",),
    "wagtailapi_v3.page_id": ("@article", "@private", "@draft"),
    "wagtailapi_v3.pk": ("@draft",),
}

# By name: what is asked for besides the plain address, after the question mark.
QUERIES: dict[str, tuple[str, ...]] = {
    "wagtailadmin_choose_page_chosen_multiple": ("id={draft}&id={article}",),
    "wagtaildocs_chooser:chosen_multiple": ("id={private_document}&id={document}",),
    "wagtailimages_chooser:chosen_multiple": ("id={image}",),
    "wagtailadmin_api:pages:listing": (
        "order=-id",
        "child_of={column}",
        "descendant_of={column}",
        "translation_of={article}",
    ),
    "wagtailapi_v3:list_pages": (
        "order=-id",
        "child_of={column}",
        "site=kongtong.sfj.localhost",
        "ancestor_of={article}",
    ),
    "wagtailapi_v3:find_page": ("html_path=/found/open-article/", "html_path=/found/draft-article/", "id={draft}"),
    "wagtailadmin_tag_autocomplete": (f"term={FINDER}",),
    "wagtailadmin_tag_model_autocomplete": (f"term={FINDER}",),
}
# By name: what a form is sent with; all others are sent empty.
FORMS: dict[str, dict[str, str]] = {
    "wagtailadmin_choose_page_external_link": {
        "external-link-chooser-url": "http://kongtong.sfj.localhost/found/open-article/",
        "external-link-chooser-link_text": "x",
    },
}
EXPORTED = ("wagtailredirects:index", "wagtailadmin_reports:")
_SEARCHED = ("index", "results", "search", "listing", "choose", "chooser", "list_pages")


@dataclass(frozen=True)
class Address:
    """One address to try: the route's name, path with query, and whether an id of the marked site stands in the path."""

    name: str
    path: str
    names_a_thing: bool

    @property
    def is_repeated(self) -> bool:
        """Whether it only searches or downloads what stands at another address as well."""
        return self.path.endswith((f"?q={FINDER}", "?export=csv"))

    @property
    def methods(self) -> tuple[str, ...]:
        """How it is tried."""
        return ("GET", "POST", "PATCH", "DELETE") if self.is_api else ("GET", "POST")

    @property
    def form(self) -> dict[str, str]:
        """What to send with POST."""
        return FORMS.get(self.name, {})

    @property
    def is_api(self) -> bool:
        """Whether programs call it."""
        return self.path.startswith("/api/")


@dataclass(frozen=True)
class Route:
    """A pattern of the resolver: its full name (or '') and the whole route."""

    name: str
    route: str
    is_regex: bool


def list_routes() -> list[Route]:
    """All patterns, recursively, named or not."""
    return list(_walk(get_resolver(), (), "", False))


def _walk(resolver: Any, namespaces: tuple[str, ...], route: str, is_regex: bool) -> Iterator[Route]:
    for each in resolver.url_patterns:
        whole = route + str(each.pattern)
        regex = is_regex or (isinstance(each.pattern, RegexPattern) and _is_more_than_text(str(each.pattern)))
        if isinstance(each, URLPattern):
            yield Route(":".join((*namespaces, each.name or "")), whole, regex)
        else:
            inner = (*namespaces, each.namespace) if each.namespace else namespaces
            yield from _walk(each, inner, whole, regex)


def _is_more_than_text(regex: str) -> bool:
    return bool(_REGEX_SIGNS.search(regex))


def _values_of(route: Route, parameter: str) -> tuple[str, ...] | None:
    namespace = route.name.rpartition(":")[0]
    for key in (f"{route.name}.{parameter}", f"{namespace}.{parameter}", parameter):
        if key in PARAMETERS:
            return PARAMETERS[key]
    return None


def list_unknown() -> list[str]:
    """Routes that the tables know nothing to try with."""
    return [f"{route.name or '(no name)'}: {route.route}" for route in list_routes() if not _is_known(route)]


def _is_known(route: Route) -> bool:
    if _samples_of(route):
        return True
    return not route.is_regex and all(_values_of(route, parameter) for parameter in _PARAMETER.findall(route.route))


def _samples_of(route: Route) -> tuple[str, ...]:
    return SAMPLES.get(route.route) or SAMPLES.get(route.name) or ()


def list_addresses(made: MarkedSite) -> list[Address]:
    """Every address with the marked site's ids in place of its parameters, and with its queries."""
    ids: dict[str, Any] = {name: thing.pk for name, thing in made.things.items()}
    ids |= {"person": made.people["editor"].pk, "ledger_position": made["ledger_entry"].position}
    ids |= {"micro_uid": made["micro_account"].uid}
    ids |= {"certificate_code": made["certificate"].code}
    found: dict[str, Address] = {}
    for route in list_routes():
        for path, named in _paths_of(route, ids):
            for query in ("", *_queries_of(route, ids)):
                found.setdefault(f"/{path}{query}", Address(route.name, f"/{path}{query}", named))
    return list(found.values())


def _paths_of(route: Route, ids: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    samples = _samples_of(route)
    if samples or route.is_regex:
        yield from ((sample.format(**ids), "{" in sample.partition("?")[0]) for sample in samples)
        return
    plain = route.route.replace("^", "").replace("$", "")
    parameters = _PARAMETER.findall(plain)
    for values in product(*(_values_of(route, parameter) or () for parameter in parameters)):
        chosen = iter(values)
        filled = _PARAMETER.sub(lambda _match, chosen=chosen: str(_value(next(chosen), ids)), plain)
        yield filled, any(value.startswith("@") for value in values)


def _value(value: str, ids: dict[str, Any]) -> Any:
    return ids[value[1:]] if value.startswith("@") else value


def _queries_of(route: Route, ids: dict[str, Any]) -> Iterator[str]:
    for query in QUERIES.get(route.name, ()):
        yield f"?{query.format(**ids)}"
    last = route.name.rpartition(":")[2]
    if any(word in last for word in _SEARCHED):
        yield f"?q={FINDER}"
    if route.name.startswith(EXPORTED):
        yield "?export=csv"
