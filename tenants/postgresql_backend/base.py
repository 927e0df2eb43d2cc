"""The connection that knows in which schema it stands.

Two things differ from django-tenants: the search path is set only when it is another one than the server session
already has, and the content type cache is not emptied at each switch, because content types live in the shared
schema alone and so have the same ids on every site (leaks L6).
"""

from typing import Any

from django_tenants.postgresql_backend import base as django_tenants_base
from django_tenants.utils import get_public_schema_name


class DatabaseWrapper(django_tenants_base.DatabaseWrapper):
    """Connection with `set_tenant`; see the module."""

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        """Choose the schema for what follows; the SET goes out with the next cursor, if it is needed at all."""
        self.tenant = tenant
        self.schema_name = tenant.schema_name
        self.include_public_schema = include_public
        self.set_settings_schema(self.schema_name)

    def forget_search_path(self) -> None:
        """Send the SET again with the next cursor, whatever this object believes of the server session."""
        self.search_path_set_schemas = None

    def _handle_search_path(self, cursor: Any = None) -> None:
        if self._setting_search_path or self.search_path_set_schemas == self._wanted_search_path():
            return
        self.search_path_set_schemas = None
        super()._handle_search_path(cursor)

    def _wanted_search_path(self) -> list[str]:
        public = get_public_schema_name()
        if self.schema_name == public or not self.include_public_schema:
            return [self.schema_name]
        return [self.schema_name, public]
