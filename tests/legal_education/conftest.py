"""Sites with programmes on them."""

import pytest


@pytest.fixture
def site(in_kongtong):
    """崆峒区's, entered."""
    return in_kongtong


@pytest.fixture
def client(site, client_of):
    """A reader's browser there."""
    return client_of(site)
