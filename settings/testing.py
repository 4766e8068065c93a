"""Crawl loopback, and give up early."""

from settings.base import *  # noqa: F403  a settings module is a copy of another with changes
from settings.environment import override

ALLOW_NETWORKS = ["127.0.0.0/8"]
FETCH_TIMEOUT_S = 5.0
DOWNLOAD_TIMEOUT = 5
INSPECTION_TIMEOUT_S = 10.0
INSPECTION_WORKERS = 1
RETRY_TIMES = 1
LOG_LEVEL = "DEBUG"

override(globals())
