"""Django's settings, put together from small modules by topic; the environment is read in `env` alone."""

from .apps import *  # noqa: F403 - Django takes settings from one module's names
from .database import *  # noqa: F403
from .delivery import *  # noqa: F403
from .digest import *  # noqa: F403
from .logs import *  # noqa: F403
from .microblog import *  # noqa: F403
from .people import *  # noqa: F403
from .translations import LOCALE_PATHS  # noqa: F401
from .web import *  # noqa: F403
