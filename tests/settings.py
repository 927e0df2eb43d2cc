"""Settings of the tests: a PostgreSQL of their own, fast password hashes, mail kept in memory."""

import os
from pathlib import Path

VAR_DIR = Path(__file__).resolve().parent.parent / "var"

if "TEST_DATABASE_URL" in os.environ:
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
else:
    from tenants import embedded

    server = embedded.start(VAR_DIR / "test-postgres", for_tests=True)
    os.environ["DATABASE_URL"] = embedded.url_of(server)
os.environ.setdefault("CLUSTER_DEMO", "true")
os.environ["PORT"] = "80"

from site_core.settings import *  # noqa: E402, F403 - the environment had to be set before

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PROCRASTINATE_IMPORT_PATHS = ["tests.job_samples"]
JOB_STALLED_AFTER = 1.5
