"""Settings of the server that the browser visits: those of the tests, on a port and in folders of its own."""

import os
from pathlib import Path

from tests.settings import *  # noqa: F403 - Django takes settings from one module's names

_FOLDER = Path(os.environ["BROWSER_TEST_FOLDER"])

SITE_PORT = int(os.environ["BROWSER_TEST_PORT"])
STATIC_ROOT = str(_FOLDER / "static")
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(_FOLDER / "mail")
