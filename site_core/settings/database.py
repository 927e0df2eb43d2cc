"""PostgreSQL, schemas, caches, files and jobs."""

from urllib.parse import unquote

import environ

from tenants.embedded import embedded_database_url

from .env import ENV, VAR_DIR

_address = environ.Env.db_url_config(ENV.database_url or embedded_database_url(VAR_DIR / "postgres"))
_address["HOST"] = unquote(_address["HOST"] or "")  # a socket's folder stands percent-encoded in the URL

DATABASES = {
    "default": {
        **_address,
        "ENGINE": "tenants.postgresql_backend",
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        # A host that is gone must not hold a reader for minutes.
        "OPTIONS": {**_address.get("OPTIONS", {}), "connect_timeout": 5},
    }
}
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
TENANT_MODEL = "tenants.Organisation"
TENANT_DOMAIN_MODEL = "tenants.Host"
PUBLIC_SCHEMA_NAME = "public"
GOLDEN_SCHEMA_NAME = "golden"
TENANT_LIMIT_SET_CALLS = False  # the backend keeps its own account of the search path

_by_site = {"KEY_FUNCTION": "tenants.caching.make_key", "REVERSE_KEY_FUNCTION": "tenants.caching.reverse_key"}
CACHES = {
    alias: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": alias, **_by_site}
    for alias in ("default", "renditions")
}

MEDIA_ROOT = str(ENV.media_root)
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "tenants.storage.SiteStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_ROOT = str(VAR_DIR / "static")
STATIC_URL = "/static/"
FILE_UPLOAD_PERMISSIONS = 0o644
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
JOB_STALLED_AFTER = ENV.stalled_after
ELASTICSEARCH_URL = ENV.elasticsearch_url
"""The search server (Elasticsearch or OpenSearch); PostgreSQL alone answers where it is empty."""
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
