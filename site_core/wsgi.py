"""The application as a server runs it: Django, with static files, media and the page cache in front."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_core.settings")
django_application = get_wsgi_application()

from site_core.layers import with_files, with_layers  # noqa: E402 - needs the settings that the line above loads

application = with_layers(with_files(django_application))
