"""Three marked sites, made once for each module that asks."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from tenants.models import Organisation
from tests.isolation.marked_site import A_MARKS, B_MARKS, CITY_MARKS, MarkedSite, fill


@dataclass(frozen=True)
class MarkedSites:
    """`a` is what nobody of `b` or of the city may see; `media_root` holds the files of all."""

    a: MarkedSite
    b: MarkedSite
    city: MarkedSite
    media_root: Path


@pytest.fixture(scope="module")
def marked_sites(module_database: None, tmp_path_factory: Any) -> MarkedSites:
    """崆峒区 far off in ids, 静宁县 and the city, filled and committed. Tests leave it as it was: they roll back."""
    root = tmp_path_factory.mktemp("marked")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(django_settings, "MEDIA_ROOT", str(root))
        a = fill(Organisation.objects.get(schema_name="kongtong"), A_MARKS, far=True)
        b = fill(Organisation.objects.get(schema_name="jingning"), B_MARKS)
        city = fill(Organisation.objects.get(schema_name="city"), CITY_MARKS)
    return MarkedSites(a, b, city, root)
