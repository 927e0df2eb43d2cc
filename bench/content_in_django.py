"""Asked by `content_server` in a process of the product: prints numbers."""

import sys

import django

django.setup()

from django.db import connection, transaction  # noqa: E402 - Django had to be set up before
from django.test import Client  # noqa: E402 - as above
from django.test.utils import CaptureQueriesContext  # noqa: E402 - as above

from tenants.current import enter_site  # noqa: E402 - as above
from themes.colours import contrast  # noqa: E402 - as above
from themes.registry import get_themes  # noqa: E402 - as above


def say_contrast() -> tuple[float, ...]:
    """Worst ratio in usual and elder dress, and the number of palettes."""
    palettes = [palette for theme in get_themes().by_name.values() for palette in theme.palettes.values()]
    usual = [contrast(text, ground) for palette in palettes for _, text, ground, _ in palette.list_pairs()]
    elder = [contrast(text, ground) for palette in palettes for _, text, ground, _ in palette.list_elder_pairs()]
    return min(usual), min(elder), len(palettes)


def say_queries() -> tuple[float, ...]:
    """Statements for the city's home page, the second time it is asked for."""
    client = Client(HTTP_HOST="sfj.localhost")
    client.get("/")
    with CaptureQueriesContext(connection) as queries:
        if client.get("/").status_code != 200:
            raise RuntimeError("the home page does not answer")
    return (len(queries),)


def say_pastes() -> tuple[float, ...]:
    """Snippets kept whole, and all of them; what was uploaded is rolled back."""
    from accounts.models import User
    from tests.site_core.pasting.snippets import measure

    with enter_site("city"), transaction.atomic():
        kept = measure(User.objects.get(username="city-editor"))
        transaction.set_rollback(True)
    return kept


if __name__ == "__main__":
    answer = {"contrast": say_contrast, "queries": say_queries, "pastes": say_pastes}[sys.argv[1]]()
    sys.stdout.write(" ".join(map(str, answer)) + "\n")
