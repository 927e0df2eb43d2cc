import pytest

from tests.factories import make_member


@pytest.mark.parametrize("role", ["editor", "site_admin"])
@pytest.mark.parametrize("path", ["/admin/images/", "/admin/images/add/", "/admin/documents/", "/admin/documents/add/"])
def test_who_edits_may_upload(two_sites, signed_in, role, path):
    client = signed_in(two_sites.a, make_member(two_sites.a, role))
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("role", ["reviewer_1", "auditor"])
def test_who_only_looks_may_not_upload(two_sites, signed_in, role):
    client = signed_in(two_sites.a, make_member(two_sites.a, role))
    assert client.get("/admin/images/add/").status_code == 302
