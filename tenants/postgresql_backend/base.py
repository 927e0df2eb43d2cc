"""The connection that knows in which schema it stands.

Three things differ from django-tenants: the search path is set only when it is another one than the server session
already has; the content type cache is not emptied at each switch, because content types live in the shared schema
alone and so have the same ids on every site (leaks L6); and what waits for the commit runs inside the site that
asked for it (leaks L15).
"""

import functools
from collections.abc import Callable
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

    def on_commit(self, func: Callable[[], object], robust: bool = False) -> None:
        """Run it after the commit, in the schema that is chosen now: by then another may be (Wagtail deletes files so)."""
        super().on_commit(self._run_in_schema_of_now(func) if callable(func) else func, robust)

    def _run_in_schema_of_now(self, func: Callable[[], object]) -> Callable[[], None]:
        chosen = self.tenant, self.include_public_schema

        @functools.wraps(func)
        def run() -> None:
            before = self.tenant, self.include_public_schema
            self.set_tenant(*chosen)
            try:
                func()
            finally:
                self.set_tenant(*before)

        return run

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
