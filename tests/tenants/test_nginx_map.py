"""`nginx_map`: hosts of the right sites, and a file that is replaced as a whole."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tenants.actions import add_host, change_state
from tenants.kinds import SiteState
from tests.conftest import TwoSites


def run(**options: object) -> str:
    out = StringIO()
    call_command("nginx_map", stdout=out, **options)
    return out.getvalue()


def test_primary_host_names_its_schema(two_sites: TwoSites):
    assert "kongtong.sfj.localhost kongtong;\n" in run()


def test_secondary_host_is_left_out_since_it_redirects(two_sites: TwoSites):
    add_host(two_sites.a, "old.kongtong.sfj.localhost")
    assert "old.kongtong" not in run()


def test_suspended_site_is_left_out(two_sites: TwoSites):
    change_state(two_sites.a, SiteState.SUSPENDED, notice="维护")
    text = run()
    assert "kongtong.sfj.localhost kongtong;" not in text
    assert "jingning.sfj.localhost jingning;" in text


def test_file_is_untouched_when_nothing_changed(two_sites: TwoSites, tmp_path: Path):
    file = tmp_path / "sites.map"
    assert "已更新" in run(output=file)
    before = file.stat().st_mtime_ns
    assert "没有变化" in run(output=file)
    assert file.stat().st_mtime_ns == before
    assert [each.name for each in tmp_path.iterdir()] == ["sites.map"]


def test_unwritable_folder_is_reported(two_sites: TwoSites, tmp_path: Path):
    with pytest.raises(CommandError, match="无法写入"):
        run(output=tmp_path / "missing" / "sites.map")
