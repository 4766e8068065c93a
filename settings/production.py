"""Say little, and keep the log in a file, for programs."""

from settings.base import *  # noqa: F403  a settings module is a copy of another with changes
from settings.environment import override

LOG_FILE = "data/altsieve.log"
LOG_FILE_APPEND = True
LOG_JSON = True

override(globals())
