"""The cluster's settings on the bench's database. Static files by their plain names: nothing has to be collected first."""

import os

os.environ["DATABASE_URL"] = os.environ["BENCH_DATABASE_URL"]  # never the demo's
os.environ["MEDIA_ROOT"] = os.environ["BENCH_MEDIA_ROOT"]
os.environ.update(CLUSTER_DEMO="true", PORT="80", SITE_SCHEME="http", DEBUG="false")

from site_core.settings import *  # noqa: F403 - the environment had to be set before

STORAGES = {
    **STORAGES,  # noqa: F405 - from the line above
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# An app that comes to two hundred sites, and then changes its table: the module with the migrations that it has by now.
SAMPLE_APP_MIGRATIONS = os.environ.get("BENCH_SAMPLE_APP", "")
if SAMPLE_APP_MIGRATIONS:
    TENANT_APPS = [*TENANT_APPS, "bench.sample_app"]  # noqa: F405 - as above
    INSTALLED_APPS = [*INSTALLED_APPS, "bench.sample_app"]  # noqa: F405 - as above
    MIGRATION_MODULES = {"sample_app": SAMPLE_APP_MIGRATIONS}
