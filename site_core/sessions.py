"""Session engine: rows in the site's own schema, each stamped with the site and bound to it (leaks L19)."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from tenants.current import current_site

SITE_KEY = "_site"
ADDRESS_KEY = "_address"
BROWSER_KEY = "_browser"


class SessionStore(DatabaseStore):
    """Database sessions of the current site. Raises NoCurrentSite outside of one."""

    @classmethod
    def get_model_class(cls) -> Any:
        """Our table, which has the owner's columns."""
        from site_core.models import Session

        return Session

    def load(self) -> dict[str, Any]:
        """Data of the session; empty where it was not made on this site."""
        data = super().load()
        if data.get(SITE_KEY) != current_site().schema_name:
            self._session_key = None
            return {}
        return data

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """Stamp the site, and note what the owner may recognise the session by."""
        row: Any = super().create_model_instance(data | {SITE_KEY: current_site().schema_name})
        row.user_id = data.get("_auth_user_id") or None
        row.address = str(data.get(ADDRESS_KEY, ""))[:45]
        row.browser = str(data.get(BROWSER_KEY, ""))[:200]
        return row
