"""The current site: the only way to ask for it, and the only way to enter it. Nothing else switches schemas."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar, cast

import structlog
from django.conf import settings
from django_tenants.utils import tenant_context

from .connection import connection
from .models import Organisation
from .selectors import find_primary_host, get_organisation

P = ParamSpec("P")
T = TypeVar("T")


class NoCurrentSite(RuntimeError):
    """Code that belongs to a site ran outside of one."""


def find_current_site() -> Organisation | None:
    """The current site, or None outside of one."""
    tenant = connection.tenant
    return tenant if isinstance(tenant, Organisation) else None


def current_site() -> Organisation:
    """The current site; raises NoCurrentSite where there is none, so that forgetting is loud."""
    site = find_current_site()
    if site is None:
        raise NoCurrentSite("no current site: enter one with tenants.current.enter_site(schema)")
    return site


@contextmanager
def enter_site(site: str | Organisation) -> Iterator[Organisation]:
    """Be inside the site (schema name or organisation) for the block, then where one was before.

    Raises Organisation.DoesNotExist for an unknown schema.
    """
    organisation = site if isinstance(site, Organisation) else get_organisation(site)
    with tenant_context(organisation), structlog.contextvars.bound_contextvars(site=organisation.schema_name):
        yield organisation


@contextmanager
def leave_site() -> Iterator[None]:
    """Be outside of every site for the block: only the shared schema is in sight."""
    previous = connection.tenant
    connection.set_schema_to_public()
    try:
        yield
    finally:
        connection.set_tenant(previous)


def outside_of_sites(function: Callable[P, T]) -> Callable[P, T]:
    """For actions on organisations: run outside of every site, wherever the caller is (django-tenants insists)."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with leave_site():
            return function(*args, **kwargs)

    return run


def root_url(site: Organisation | None = None) -> str:
    """`scheme://host[:port]` of the site's primary host; scheme and port come from the settings alone."""
    organisation = site or current_site()
    host = cast(str, getattr(organisation, "primary_host", "") or find_primary_host(organisation))
    organisation.primary_host = host  # once a request: the object lives no longer than that
    return f"{settings.SITE_SCHEME}://{host}{_port_suffix()}"


def _port_suffix() -> str:
    usual = {"http": 80, "https": 443}[settings.SITE_SCHEME]
    return "" if usual == settings.SITE_PORT else f":{settings.SITE_PORT}"
