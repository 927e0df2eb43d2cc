"""Settings of a worker that speaks to a real mail server."""

from tests.settings import *  # noqa: F403 - all but how mail leaves

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
