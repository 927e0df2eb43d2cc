"""Who works in the console, and how its forms answer."""

import re
from typing import Any

import pytest

from tests.factories import make_central


@pytest.fixture
def admin(city, signed_in) -> Any:
    """A platform administrator, signed in on the city's site."""
    return signed_in(city, make_central("platform_admin", "console-admin"))


@pytest.fixture
def auditor(city, signed_in) -> Any:
    """An auditor, likewise."""
    return signed_in(city, make_central("auditor", "console-auditor"))


@pytest.fixture
def central_editor(city, signed_in) -> Any:
    """An editor of the centre, likewise."""
    return signed_in(city, make_central("central_editor", "console-editor"))


@pytest.fixture
def errors_of():
    """`errors_of(response)`: what is said at each field ("" for the whole form), as the page shows it.

    Tests look into words of our own rules only: Django's are translated elsewhere.
    """

    def read(response) -> dict[str, str]:
        page = response.content.decode()
        fields = re.findall(r'data-contentpath="([^"]*)"(.*?)(?=data-contentpath="|</form>)', page, re.DOTALL)
        found = {
            name: " ".join(re.findall(r'class="error-message">\s*(.*?)\s*</p>', part, re.DOTALL))
            for name, part in fields
        }
        found[""] = " ".join(re.findall(r'<ul>\s*<li class="error">([^<]*)</li>', page))
        return {name: words for name, words in found.items() if words}

    return read
