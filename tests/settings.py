"""Settings of the tests: a PostgreSQL of their own, fast password hashes, mail kept in memory."""

import os
import sys

# Images of containers forbid to keep compiled modules: each of the sixty processes that the tests start compiled a thousand.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
if sys.dont_write_bytecode:
    sys.dont_write_bytecode = False

if "TEST_DATABASE_URL" in os.environ:
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
else:
    from tests.server_folder import start_server

    os.environ["DATABASE_URL"] = start_server()
os.environ.setdefault("CLUSTER_DEMO", "true")
os.environ["PORT"] = "80"

from site_core.settings import *  # noqa: F403 - the environment had to be set before

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PROCRASTINATE_IMPORT_PATHS = ["tests.job_samples"]
JOB_STALLED_AFTER = 1.5
