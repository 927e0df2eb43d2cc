"""Two marked sites in a database of their own, made once for each module that asks for them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection

from tenants.models import Organisation
from tests import prepared_database
from tests.isolation.marked_site import A_MARKS, B_MARKS, CITY_MARKS, MarkedSite, fill


@dataclass(frozen=True)
class MarkedSites:
    """`a` is what nobody of `b` or of the city may see; `media_root` holds the files of all."""

    a: MarkedSite
    b: MarkedSite
    city: MarkedSite
    media_root: Path


@pytest.fixture(scope="module")
def marked_sites(django_db_blocker: Any, django_db_setup: None, tmp_path_factory: Any) -> Iterator[MarkedSites]:
    """崆峒区 far off in ids, 静宁县 and the city, filled and committed. Tests leave it as it was: they roll back."""
    before, name = connection.settings_dict["NAME"], f"test_marked_{os.getpid()}"
    root = tmp_path_factory.mktemp("marked")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(django_settings, "MEDIA_ROOT", str(root))
        prepared_database.copy_prepared(name)
        prepared_database.use_database(name)
        filled = {
            schema: fill(Organisation.objects.get(schema_name=schema), marks, far=far)
            for schema, marks, far in (("kongtong", A_MARKS, True), ("jingning", B_MARKS, False), ("city", CITY_MARKS, False))
        }
        patch.undo()
        yield MarkedSites(filled["kongtong"], filled["jingning"], filled["city"], root)
        prepared_database.use_database(before)
        prepared_database.drop(name)
