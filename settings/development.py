"""Say more while you work on Altsieve itself."""

from settings.base import *  # noqa: F403  a settings module is a copy of another with changes
from settings.environment import override

LOG_LEVEL = "DEBUG"

override(globals())
