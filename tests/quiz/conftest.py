"""A quiz on 崆峒区's site, and people who sit it."""

from collections.abc import Callable

import pytest

from accounts.models import User
from legal_education.quiz import limits
from legal_education.quiz.models import Quiz
from tests.quiz.samples import Reader, make_admin, make_quiz


@pytest.fixture(autouse=True)
def fresh_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins with nobody having asked for anything."""
    for name in ("ENTRIES", "CODES", "CHECKS", "SAVES"):
        old = getattr(limits, name)
        monkeypatch.setattr(limits, name, type(old)(per_minute=old._per_minute))


@pytest.fixture
def admin(two_sites) -> User:
    return make_admin(two_sites.a)


@pytest.fixture
def quiz(two_sites, admin) -> Quiz:
    return make_quiz(two_sites.a, admin)


@pytest.fixture
def reader_of(two_sites, client_of) -> Callable[..., Reader]:
    """`reader_of(quiz)`: somebody new on 崆峒区's site, or on another."""

    def make(quiz: Quiz, site=None) -> Reader:
        return Reader(client_of(site or two_sites.a), quiz)

    return make
