"""Tests of the pages in a real browser: `make browser`, which brings in what they need, has them collected."""

import os
from typing import Final

_ASKED_FOR: Final = os.environ.get("ALTSIEVE_TEST_BROWSER") == "1"
collect_ignore_glob = [] if _ASKED_FOR else ["test_*.py"]
