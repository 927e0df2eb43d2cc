"""Sites with campaigns on them."""

import pytest

from tests.factories import make_central, make_member


@pytest.fixture
def site(in_kongtong):
    """崆峒区's, entered."""
    return in_kongtong


@pytest.fixture
def client(two_sites, client_of):
    """A reader's browser at 崆峒区's."""
    return client_of(two_sites.a)


@pytest.fixture
def editor(two_sites, signed_in):
    """An editor of 崆峒区, signed in there."""
    return signed_in(two_sites.a, make_member(two_sites.a, "editor"))


@pytest.fixture
def centre(city, signed_in):
    """The centre's editor, signed in on the city's site."""
    return signed_in(city, make_central("central_editor"))
