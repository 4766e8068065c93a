"""What holds for every test."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("house", deadline=None)  # speed is not what tests are about: benchmarks/ is
settings.load_profile("house")

_SERVE_THE_DEMO = frozenset({"test_demo_crawl", "test_no_trace", "test_server"})
"""Files whose tests serve the demo, always on the same hosts and the first free port."""


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Keep a file's tests in one process, for what they share, and so all that serve the demo."""
    for each in items:
        file = Path(each.path).stem
        each.add_marker(pytest.mark.xdist_group("the demo" if file in _SERVE_THE_DEMO else str(each.path)))
