"""The application as a server runs it: Django, with static files, media and the page cache in front."""

import gc
import os

from django.core.wsgi import get_wsgi_application

gc.disable()  # while all is loaded nothing can be dropped, and looking for it takes a third of the time
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_core.settings")
django_application = get_wsgi_application()

from site_core.layers import with_files, with_layers  # noqa: E402 - needs the settings that the line above loads

application = with_layers(with_files(django_application))

# What was loaded until here lives as long as the process: the collector need not look through it again and again while
# people wait, and looks less often at what a request makes and drops.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)
gc.enable()
