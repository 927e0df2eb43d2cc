"""A database for each module that walks: two marked sites, made once."""
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction

from tenants.models import Organisation
from tests import prepared_database
from tests.isolation.marked_site import A_MARKS, B_MARKS, MarkedSite, fill


@dataclass(frozen=True)
class MarkedSites:
    a: MarkedSite
    b: MarkedSite
    media_root: Path


@pytest.fixture(scope="module")
def marked_database(django_db_blocker: Any, django_db_setup: None, tmp_path_factory: Any) -> Iterator[MarkedSites]:
    before = connection.settings_dict["NAME"]
    name = f"test_marked_{os.getpid()}"
    media_root = tmp_path_factory.mktemp("marked")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(django_settings, "MEDIA_ROOT", str(media_root))
        prepared_database.copy_prepared(name)
        prepared_database.use_database(name)
        a = fill(Organisation.objects.get(schema_name="kongtong"), A_MARKS, far=True)
        b = fill(Organisation.objects.get(schema_name="jingning"), B_MARKS)
        yield MarkedSites(a, b, media_root)
        prepared_database.use_database(before)
        prepared_database.drop(name)
