"""Writes to organisations and hosts: checked, atomic, announced. Making a site is in `provisioning`."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from .current import outside_of_sites
from .events import SiteEvent, announce
from .hosts import HostClaim, HostRefused, check_host, normalise_host
from .kinds import SiteState
from .models import Host, Organisation
from .selectors import find_primary_host

EDITABLE_DETAILS = (
    "name",
    "short_name",
    "place",
    "region_code",
    "site_id_code",
    "icp_number",
    "police_number",
    "contact_unit",
    "contact_address",
    "contact_phone",
    "contact_email",
)

_NEXT_STATES = {
    SiteState.TRIAL: {SiteState.LIVE, SiteState.SUSPENDED, SiteState.ARCHIVED},
    SiteState.LIVE: {SiteState.SUSPENDED, SiteState.ARCHIVED},
    SiteState.SUSPENDED: {SiteState.TRIAL, SiteState.LIVE, SiteState.ARCHIVED},
    SiteState.ARCHIVED: set(),
}


class StateRefused(ValueError):
    """A change of state that a site's life does not know; the text is for the reader."""


@outside_of_sites
@transaction.atomic
def change_state(site: Organisation, state: str, *, acting_user: Any = None, notice: str = "") -> Organisation:
    """Move the site to another state. An archived site stays archived. Raises StateRefused."""
    site = Organisation.objects.select_for_update().get(pk=site.pk)
    before = SiteState(site.state)
    if state not in _NEXT_STATES[before]:
        raise StateRefused(f"“{site.short_name}”当前为“{before.label}”，不能改为“{SiteState(state).label}”。")
    if state == SiteState.SUSPENDED and not notice.strip():
        raise StateRefused("暂停服务须填写向公众显示的说明。")
    site.state, site.state_notice, site.state_since = state, notice.strip(), timezone.now()
    site.save(update_fields=["state", "state_notice", "state_since"])
    detail = {"from": str(before), "to": str(state), "notice": site.state_notice}
    announce(SiteEvent("archived" if state == SiteState.ARCHIVED else "state_changed", site, acting_user, detail))
    return site


@outside_of_sites
@transaction.atomic
def change_details(site: Organisation, details: dict[str, str], *, acting_user: Any = None) -> Organisation:
    """Change names, identifiers and contact (EDITABLE_DETAILS). Raises ValidationError by field."""
    site = Organisation.objects.select_for_update().get(pk=site.pk)
    changed = {key: value for key, value in details.items() if key in EDITABLE_DETAILS and getattr(site, key) != value}
    if not changed:
        return site
    for key, value in changed.items():
        setattr(site, key, value)
    site.full_clean(exclude=["schema_name", "parent"])
    site.save(update_fields=list(changed))
    announce(SiteEvent("details_changed", site, acting_user, changed))
    return site


@transaction.atomic
def add_host(site: Organisation, raw_host: str, *, acting_user: Any = None, primary: bool = False) -> Host:
    """Give the site a host; the first one is primary whatever is asked. Raises HostRefused with the rule that it breaks."""
    host = normalise_host(raw_host)
    parent_host = find_primary_host(site.parent) if site.parent else ""
    check_host(HostClaim(kind=site.kind, host=host, parent_host=parent_host))
    if Host.objects.filter(domain=host).exists():
        raise HostRefused(f"域名“{host}”已被占用。")
    first = not Host.objects.filter(tenant=site).exists()
    row = Host(tenant=site, domain=host, is_primary=False)
    _save_host(row)
    if first or primary:
        _set_primary(site, row)
    announce(SiteEvent("host_changed", site, acting_user, {"added": host, "primary": row.is_primary}))
    return row


@transaction.atomic
def make_host_primary(site: Organisation, host: str, *, acting_user: Any = None) -> Host:
    """Make one of the site's hosts its primary one. Raises HostRefused where it is none of the site's."""
    row = _get_own_host(site, host)
    _set_primary(site, row)
    announce(SiteEvent("host_changed", site, acting_user, {"primary": row.domain}))
    return row


@transaction.atomic
def remove_host(site: Organisation, host: str, *, acting_user: Any = None) -> None:
    """Take a host from the site; the primary one stays. Raises HostRefused."""
    row = _get_own_host(site, host)
    if row.is_primary:
        raise HostRefused(f"“{row.domain}”是主域名：请先把另一个域名设为主域名。")
    row.delete()
    announce(SiteEvent("host_changed", site, acting_user, {"removed": row.domain}))


def _get_own_host(site: Organisation, host: str) -> Host:
    row = Host.objects.filter(tenant=site, domain=normalise_host(host)).first()
    if row is None:
        raise HostRefused(f"“{host}”不是“{site.short_name}”的域名。")
    return row


def _set_primary(site: Organisation, row: Host) -> None:
    Host.objects.filter(tenant=site, is_primary=True).update(is_primary=False)
    Host.objects.filter(pk=row.pk).update(is_primary=True)
    row.is_primary = True


def _save_host(row: Host) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise HostRefused("；".join(error.messages)) from error
    # DomainMixin.save() chooses a primary host by itself, outside of our rule: plain insert instead.
    Host.objects.bulk_create([row])
