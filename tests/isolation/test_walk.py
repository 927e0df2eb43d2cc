"""Every address that the resolver knows, tried by strangers: 崆峒区's from outside, and its ids on other sites.

One round serves all roles that have the same rights. What the answers are searched for are the marks of `marked_site`.
"""

import enum
from collections.abc import Iterator

import pytest
from django.db import connection

from site_core.roles import SITE_ROLES
from tenants.current import enter_site
from tests.isolation.addresses import Address, list_addresses, list_unknown
from tests.isolation.marked_site import A_MARKS, ROLES
from tests.isolation.walker import Answer, Caller, start_session, walking

# What people of the city or of 静宁县 have no business to see: marks, and the site's own names.
MARKS_OF_A = (A_MARKS.secret, A_MARKS.public)
NAMES_OF_A = ("崆峒", "kongtong")
NOTHING_HERE = {302, 400, 401, 403, 404, 405, 422}

# Open to everybody on every site, so that somebody can sign in at all.
OPEN_IN_ADMIN = {
    "wagtailadmin_login",
    "wagtailadmin_password_reset",
    "wagtailadmin_password_reset_done",
    "wagtailadmin_password_reset_confirm",
    "wagtailadmin_password_reset_complete",
    "wagtailadmin_javascript_catalog",
    "wagtailadmin_sprite",
    "site_core_enter",
}
ANSWERS_ALL = {
    ("POST", "wagtailadmin_editing_sessions:release"): "says 200 whether or not there was anything to release",
}
# Errors of Wagtail's own, met by signed-in people alone; the answer is the plain 500 page.
KNOWN_ERRORS = {
    ("GET", "wagtailadmin_error_test"): "raises on purpose, to show what the error page looks like",
    ("POST", "wagtailadmin_error_test"): "raises on purpose, to show what the error page looks like",
    ("POST", "wagtailredirects:process_import"): "takes for granted that the first step of the import was sent",
}


def same_rights() -> dict[str, list[str]]:
    """One role for each set of rights, with all roles that have it."""
    found: dict[object, list[str]] = {}
    for role in SITE_ROLES:
        found.setdefault((role.page_rights, role.files, role.model_rights), []).append(role.key)
    return {roles[0]: roles for roles in found.values()}


WALKERS = sorted(same_rights())


@pytest.fixture
def application(marked_sites, tmp_path) -> Iterator[object]:
    with walking(marked_sites.media_root, tmp_path) as running:
        yield running


@pytest.fixture
def addresses(marked_sites) -> list[Address]:
    with enter_site(marked_sites.a.site):
        return list_addresses(marked_sites.a)


class Effort(enum.Enum):
    """How much of all that could be asked is asked."""

    ALL = "everything"
    FORMS = "reading, and forms where an id stands in the address"
    READING = "reading"

    def covers(self, method: str, address: Address) -> bool:
        """Searches and downloads name no thing, and repeat what stands at another address."""
        if self is Effort.ALL:
            return True
        if method == "GET":
            return not address.is_repeated
        return self is Effort.FORMS and method == "POST" and address.names_a_thing


# The administrator has all rights that others have: what they can do is tried by fewer requests.
EFFORTS = {"site_admin": Effort.ALL, "editor": Effort.FORMS}


def ask_all(
    caller: Caller, addresses: list[Address], effort: Effort = Effort.ALL
) -> Iterator[tuple[str, Address, Answer]]:
    """Each answer."""
    for address in addresses:
        for method in address.methods:
            if effort.covers(method, address):
                yield method, address, caller.ask(method, address.path, address.form)


def describe(method: str, address: Address, answer: Answer, problem: object) -> str:
    return f"{method} {address.path} ({address.name}): {answer.status}, {problem}"


def is_broken(method: str, address: Address, answer: Answer) -> bool:
    return answer.status >= 500 and (method, address.name) not in KNOWN_ERRORS


def faults_of_a_stranger(method: str, address: Address, answer: Answer) -> Iterator[str]:
    """What is wrong with an answer of 崆峒区's host to somebody who is nobody there."""
    if is_broken(method, address, answer):
        yield describe(method, address, answer, "broken")
    if A_MARKS.secret in answer.text:
        yield describe(method, address, answer, "shows a secret")
    if address.path.startswith("/admin/") and address.name not in OPEN_IN_ADMIN and not is_shut(answer):
        yield describe(method, address, answer, f"is open, to {answer.location or 'everybody'}")


def is_shut(answer: Answer) -> bool:
    return answer.status == 404 or (answer.status == 302 and answer.location.startswith("/admin/login/"))


def faults_on_another_site(method: str, address: Address, answer: Answer, marks: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with an answer of another site's host, asked by its own people for things of 崆峒区."""
    if is_broken(method, address, answer):
        yield describe(method, address, answer, "broken")
    if shown := answer.marks_in(marks, f"{address.path}{address.form}"):
        yield describe(method, address, answer, f"shows {shown}")
    if address.names_a_thing and answer.status not in NOTHING_HERE and not is_broken(method, address, answer):
        if (method, address.name) not in ANSWERS_ALL:
            yield describe(method, address, answer, "knows an id of another site")


def marks_for_the_city(path: str) -> tuple[str, ...]:
    """What of 崆峒区 must not be seen there: of what is public, the city's place of legal education gathers the latest."""
    return (A_MARKS.secret,) if path.partition("?")[0] == "/pufa/" else MARKS_OF_A


def assert_none(faults: list[str]) -> None:
    assert not faults, "\n".join(["", *faults])


def test_every_address_has_something_to_try_it_with():
    unknown = list_unknown()
    assert not unknown, "\n".join(["new URL: say in addresses.py what to try it with", *unknown])


def test_walk_is_made_for_every_role():
    assert sorted(role for roles in same_rights().values() for role in roles) == sorted(ROLES)


def test_nobody_sees_more_than_the_public_of_a_site(marked_sites, application, addresses):
    caller = Caller(application, marked_sites.a.host)
    assert_none([fault for each in ask_all(caller, addresses) for fault in faults_of_a_stranger(*each)])


def test_session_and_token_of_one_site_are_nobody_on_another(marked_sites, application, addresses):
    """Every address, and whatever changes a thing by its id; the API, which takes tokens, by all methods.

    A site's sessions stand in its own schema, so this one is found by no view: what is left of the request is the
    stranger's, and he tries everything in the test above.
    """
    caller = Caller(
        application,
        marked_sites.a.host,
        start_session(marked_sites.b, "site_admin"),
        marked_sites.b.tokens["site_admin"],
    )
    answers = [
        *ask_all(caller, [each for each in addresses if each.is_api]),
        *ask_all(caller, [each for each in addresses if not each.is_api], Effort.FORMS),
    ]
    assert_none([fault for each in answers for fault in faults_of_a_stranger(*each)])


@pytest.mark.parametrize("role", ROLES)
def test_session_of_any_role_of_another_site_leads_to_the_login(marked_sites, application, role):
    session = start_session(marked_sites.b, role)
    assert Caller(application, marked_sites.b.host, session).ask("GET", "/admin/").status == 200
    answer = Caller(application, marked_sites.a.host, session).ask("GET", "/admin/")
    assert (answer.status, answer.location) == (302, "/admin/login/?next=/admin/")


@pytest.mark.parametrize("role", WALKERS)
def test_ids_of_one_site_are_nothing_on_another(marked_sites, application, addresses, role):
    b = marked_sites.b
    caller = Caller(application, b.host, start_session(b, role), b.tokens[role])
    answers = ask_all(caller, addresses, EFFORTS.get(role, Effort.READING))
    assert_none([fault for each in answers for fault in faults_on_another_site(*each, MARKS_OF_A + NAMES_OF_A)])


def test_ids_of_a_county_are_nothing_to_the_administrator_of_the_city(marked_sites, application, addresses):
    city = marked_sites.city
    caller = Caller(application, city.host, start_session(city, "site_admin"), city.tokens["site_admin"])
    answers = ask_all(caller, addresses, Effort.READING)
    found = [faults_on_another_site(*each, marks_for_the_city(each[1].path)) for each in answers]
    assert_none([fault for faults in found for fault in faults])


def test_pages_of_a_site_are_made_without_a_look_at_another(marked_sites, application, addresses):
    """崆峒区's schema is out of reach: whatever looked into it would break."""
    b = marked_sites.b
    caller = Caller(application, b.host, start_session(b, "site_admin"), b.tokens["site_admin"])
    with connection.cursor() as cursor:
        cursor.execute("ALTER SCHEMA kongtong RENAME TO out_of_reach")
    plain = [address for address in addresses if not address.names_a_thing and not address.is_repeated]
    answers = [(address, caller.ask("GET", address.path)) for address in plain]
    assert_none([describe("GET", *each, "broken") for each in answers if is_broken("GET", *each)])


# Where the site's own administrator does see what nobody else may: without these the walk would prove nothing.
SEEN_AT_HOME = (
    "/admin/", "/admin/pages/search/?q=寻物", "/admin/users/", "/admin/users/invitations/", "/admin/reports/site-history/",
    "/admin/reports/locked/", "/admin/reports/locked/?export=csv", "/admin/images/", "/admin/documents/", "/admin/ledger/",
    "/admin/microblog/outbox/", "/admin/microblog/accounts/", "/admin/microblog/rules/", "/admin/choose-page/search/?q=寻物", "/admin/images/chooser/", "/admin/documents/chooser/", "/admin/api/main/pages/?order=-id",
)  # fmt: skip


def test_marks_are_there_to_be_seen_at_home(marked_sites, application, addresses):
    a = marked_sites.a
    caller = Caller(application, a.host, start_session(a, "site_admin"), a.tokens["site_admin"])
    unseen = [path for path in SEEN_AT_HOME if A_MARKS.secret not in caller.ask("GET", path).text]
    assert not unseen
    known = {address.path for address in addresses}
    assert not set(SEEN_AT_HOME) - known - {"/admin/reports/locked/?export=csv"}


def test_public_marks_are_there_to_be_read_by_everybody(marked_sites, application):
    caller = Caller(application, marked_sites.a.host)
    paths = [marked_sites.a.paths[name] for name in ("article", "column", "feed", "stream", "post", "podcast")]
    paths += [
        "/micro/feed.xml",
        "/micro/feed.json",
        "/",
        "/api/v3/pages/?order=-id",
        "/api/v3/images/",
        f"/documents/{marked_sites.a['document'].pk}/open.pdf",
    ]
    assert not [path for path in paths if A_MARKS.public not in caller.ask("GET", path).text]
